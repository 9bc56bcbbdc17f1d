"""Made-up people: nobody here exists. The same seed makes the same people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FEMALE = (
    "Rosa", "Mary", "Patricia", "Linda", "Barbara", "Susan", "Margaret", "Dorothy", "Ruth", "Carol", "Helen", "Joan",
    "Judith", "Shirley", "Irene", "Martha", "Gloria", "Evelyn", "Marie", "Alice", "Jean", "Frances", "Janet", "Eleanor",
    "Lois", "Norma", "Anita", "Carmen", "Elena", "Guadalupe", "Mercedes", "María José", "Inés", "Thị Lan", "Thanh Hà",
    "Małgorzata", "Zofia", "Agnieszka", "Siobhán", "Ingrid", "Åsa", "Fatima", "Amina", "Yuki", "Mei", "Soo-jin", "Priya",
    "Lakshmi", "Olga", "Tatiana", "Beatriz", "Renée", "Françoise", "Giulia", "Esther", "Naomi", "Wanda", "Opal", "Pearl",
)  # fmt: skip

MALE = (
    "James", "Robert", "John", "Michael", "William", "David", "Richard", "Joseph", "Thomas", "Charles", "Donald", "George",
    "Kenneth", "Edward", "Ronald", "Frank", "Raymond", "Walter", "Harold", "Henry", "Carl", "Arthur", "Albert", "Lawrence",
    "José", "Luis", "Jesús", "Ángel", "Ramón", "Văn Minh", "Quốc Anh", "Stanisław", "Kazimierz", "Seán", "Lars", "Björn",
    "Ahmed", "Omar", "Hiroshi", "Wei", "Min-ho", "Raj", "Arjun", "Dmitri", "Sergei", "Antônio", "Étienne", "Giovanni",
)  # fmt: skip

FAMILY = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez", "Martinez", "Hernandez",
    "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Perez", "Thompson",
    "White", "Harris", "Sanchez", "Clark", "Ramirez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright",
    "Ortiz", "Nguyễn", "Trần", "Phạm", "Kowalski", "Wiśniewska", "Wójcik", "O'Brien", "Ó Súilleabháin", "Lindström",
    "Sørensen", "García Márquez", "de la Cruz", "van den Berg", "MacDonald", "St. James", "Al-Rashid", "Yamamoto", "Kim",
    "Patel", "Sharma", "Ivanova", "Petrov", "Fernandes", "Lefèvre", "Rossi", "Goldberg", "Washington", "Freeman",
)  # fmt: skip

_HEADS = (
    "Ash", "Bar", "Bel", "Black", "Bran", "Cal", "Car", "Chad", "Cole", "Cran", "Dal", "Den", "Dun", "East", "Ed", "Elm",
    "Fair", "Far", "Fen", "Gar", "Glen", "Gran", "Hal", "Har", "Haw", "High", "Hol", "Hunt", "Ken", "Kirk", "Lang", "Lin",
    "Lock", "Mar", "Mel", "Mid", "Nor", "Oak", "Pem", "Pres", "Ran", "Red", "Ros", "Sand", "Shel", "Stan", "Thorn", "Wal",
    "War", "Wes", "Whit", "Win", "Wood", "Yar",
)  # fmt: skip

_TAILS = (
    "bury", "by", "combe", "cott", "croft", "dale", "den", "er", "field", "ford", "gate", "ham", "hurst", "ing", "ington",
    "land", "ley", "low", "man", "mere", "mond", "more", "ner", "ridge", "rick", "sey", "shaw", "son", "ston", "ter",
    "thorpe", "ton", "wald", "ward", "well", "wick", "win", "worth",
)  # fmt: skip

_STREETS = (
    "Orchard Road",
    "Maple Avenue",
    "Elm Street",
    "Mill Lane",
    "Church Street",
    "Hillside Drive",
    "Lake View Court",
)
_TOWNS = (
    ("Fairfax", "22030"), ("Arlington", "22201"), ("Vienna", "22180"), ("Reston", "20190"), ("Herndon", "20170"),
    ("Burke", "22015"), ("Annandale", "22003"), ("Falls Church", "22046"),
)  # fmt: skip
_ALLERGIES = (
    "",
    "",
    "",
    "",
    "penicillin: rash",
    "latex: itching",
    "iodine contrast: hives",
    "codeine: nausea",
    "sulfa: rash",
)
_THINNERS = ("", "", "", "", "", "aspirin", "warfarin", "apixaban", "clopidogrel", "rivaroxaban")
_LANGUAGES = ("en",) * 17 + ("es", "es", "vi")
_RELATIONS = ("daughter", "son", "husband", "wife", "sister", "neighbor", "friend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One made-up patient. Phone numbers are of the 555-01xx kind that nobody has."""

    given: str
    family: str
    female: bool
    born: date
    phone: str
    mobile: str
    address: str
    city: str
    postal_code: str
    language: str
    interpreter: bool
    large_print: bool
    allergies: str
    no_known_allergies: bool
    blood_thinner: str
    asa_class: int
    escort: tuple[str, str, str] | None
    contact: tuple[str, str, str] | None
    contact_hours: str
    insurance_number: str
    deceased_on: date | None


def people(count: int, today: date, random: Random) -> Iterator[Person]:
    """``count`` people, mostly older women, as a spine clinic knows them."""
    families = _family_names(random)
    for number in range(count):
        yield _person(number, today, random, families)


def _family_names(random: Random) -> tuple[str, ...]:
    """A few common names and a long tail of rare ones."""
    rare = [head + tail for head in _HEADS for tail in _TAILS]
    random.shuffle(rare)
    return (*FAMILY, *rare)


def _person(number: int, today: date, random: Random, families: tuple[str, ...]) -> Person:
    female = random.random() < 0.68
    age = min(101, max(19, round(random.gauss(72, 12))))
    born = today - timedelta(days=age * 365 + random.randrange(365))
    given = random.choice(FEMALE if female else MALE)
    family = random.choice(FAMILY if random.random() < 0.45 else families)
    town, postal = random.choice(_TOWNS)
    language = random.choice(_LANGUAGES)
    allergy = random.choice(_ALLERGIES)
    helper = f"{random.choice(FEMALE + MALE)} {family}", random.choice(_RELATIONS), _phone(random)
    return Person(
        given=given,
        family=family,
        female=female,
        born=born,
        phone=_phone(random),
        mobile=_phone(random) if random.random() < 0.5 else "",
        address=f"{random.randrange(1, 999)} {random.choice(_STREETS)}",
        city=town,
        postal_code=postal,
        language=language,
        interpreter=language != "en" and random.random() < 0.7,
        large_print=age > 74 and random.random() < 0.4,
        allergies=allergy,
        no_known_allergies=not allergy and random.random() < 0.8,
        blood_thinner=random.choice(_THINNERS),
        asa_class=random.choices((1, 2, 3, 4), (1, 8, 9, 1))[0],
        escort=helper if random.random() < 0.8 else None,
        contact=(f"{random.choice(FEMALE + MALE)} {family}", random.choice(_RELATIONS), _phone(random))
        if random.random() < 0.5
        else None,
        contact_hours=random.choice(("", "", "", "after 4 pm", "mornings", "not on Fridays")),
        insurance_number=f"DEMO{number:07d}",
        deceased_on=today - timedelta(days=random.randrange(30, 1500)) if random.random() < 0.02 else None,
    )


def _phone(random: Random) -> str:
    return f"({random.choice(('703', '571', '202', '240'))}) 555-01{random.randrange(100):02d}"
