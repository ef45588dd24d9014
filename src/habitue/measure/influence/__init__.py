"""For one unit of money spent online, how much follows in the shop: in three tiers.

Observed is arithmetic, adjusted an association among alike people, causal what chance
assigned. They are shown together, and never taken for one another.
"""
