"""How far people who rate or mark the same things agree. Pure: figures from data, no Django."""
