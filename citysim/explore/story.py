"""tmp"""
def tell(*a): return []
