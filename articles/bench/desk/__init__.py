"""A made desk: as many articles and claims as one likes, with the shares that work leaves."""
