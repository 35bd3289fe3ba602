"""What is said of a unit, and what a crew that says nothing sets in motion: duty, refusals by
class, the clocks of orders. The pure steps are in `cores.orders.duty` and `.crew_clock`.
"""
