"""Where the processes of a chaos run live: small disks, clocks that can be stepped, marks by which leftovers are found."""
