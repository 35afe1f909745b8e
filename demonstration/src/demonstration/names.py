"""Names for people who don't exist: drawn apart, put together, so a match is chance."""

from random import Random
from typing import Final

GIRLS: Final = """
    Aisha Alice Amelia Anya Ava Beatrix Charlotte Chloe Daisy Ella Emily Esme Fatima Florence
    Freya Grace Hana Harriet Imogen Isla Ivy Jasmine Layla Lily Maryam Matilda Mia Nadia Niamh
    Nora Olivia Poppy Priya Rosie Ruby Sofia Tamara Willow Yasmin Zara
"""
BOYS: Final = """
    Adam Alfie Arjun Arthur Benjamin Caleb Daniel Dylan Edward Elijah Ethan Finley Freddie
    George Hamza Harry Hugo Ibrahim Isaac Jack Jude Kofi Leo Liam Lucas Marcus Muhammad Noah
    Oliver Oscar Ravi Reuben Rory Samuel Theo Thomas Tomasz William Yusuf Zachary
"""
FAMILIES: Final = """
    Abbott Adeyemi Ahmed Allen Baker Begum Bennett Brooks Campbell Carter Chen Clarke Cooper
    Davies Edwards Evans Fisher Foster Ghosh Graham Green Hall Harris Hughes Hussain Iqbal
    Jackson Jones Kaur Kelly Khan King Kowalski Lewis Marshall Mensah Morgan Murphy Nowak Okafor
    Owen Palmer Parker Patel Phillips Price Reid Roberts Shah Sharma Shaw Singh Smith Taylor
    Thompson Turner Walker Ward Williams Wright
"""
KINDS_OF_TREE: Final = """
    Oak Ash Beech Birch Elm Hazel Holly Maple Rowan Willow Alder Cedar Cherry Elder Hawthorn
    Larch Lime Pine Poplar Yew
"""

FORENAMES: Final = {"F": GIRLS.split(), "M": BOYS.split()}
SURNAMES: Final = FAMILIES.split()
TREES: Final = KINDS_OF_TREE.split()


TITLES: Final = ("Mr", "Mrs", "Ms", "Miss")


def teacher(rng: Random) -> str:
    """Name a member of staff as they sign, e.g. "Ms Okafor"."""
    return parent(rng.choice(SURNAMES), rng)


def parent(surname: str, rng: Random) -> str:
    """Name a parent as the school writes to them, e.g. "Mrs Shah"."""
    return f"{rng.choice(TITLES)} {surname}"


def class_name(number: int) -> str:
    """Name the class of that number, counted from 0: a tree, and once all are taken "Oak 2"."""
    again, tree = divmod(number, len(TREES))
    return f"{TREES[tree]} {again + 1}" if again else TREES[tree]
