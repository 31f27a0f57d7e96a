"""Fill, score and check the Excel forms of the yearly performance self-evaluation of public money (预算绩效自评)."""

__version__ = "0.1.0"
