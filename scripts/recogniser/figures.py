"""Numbers, dates, sums of money and signs of papers, at random."""

import random
import string
from collections.abc import Sequence


def figure(chance: random.Random, kinds: Sequence[str], offices: Sequence[str]) -> str:
    """One of 22 forms, each as likely as the others.

    Args:
        chance: where it comes from.
        kinds: abbreviations of kinds of papers.
        offices: abbreviations of offices.

    """

    def digits(count: int) -> str:
        return "".join(chance.choice(string.digits) for _ in range(count))

    def sign() -> str:
        return f"{chance.choice(kinds)}-{chance.choice(offices)}"

    money = f"{chance.randint(1, 999)}" + "".join(f".{digits(3)}" for _ in range(chance.randint(1, 3)))
    day, month, year = chance.randint(1, 31), chance.randint(1, 12), chance.randint(1930, 2032)
    wanted = chance.randrange(22)
    forms = (
        money,
        money + chance.choice((" đồng", "đ", " VNĐ", "")),
        f"{chance.randint(0, 999)},{digits(chance.randint(1, 3))}",
        f"{chance.randint(0, 130)},{digits(2)}%",
        f"{chance.randint(0, 100)}%",
        f"{digits(1)},{digits(2)}‰",
        f"{day:02}/{month:02}/{year}",
        f"{day}/{month}/{year}",
        f"ngày {day:02} tháng {month:02} năm {year}",
        digits(chance.randint(1, 4)),
        digits(12),
        digits(9),
        f"{digits(chance.randint(1, 4))}/{year}/{sign()}",
        f"{digits(chance.randint(1, 4))}/{sign()}",
        f"Số: {digits(chance.randint(1, 4))}/{sign()}",
        f"0{digits(3)}.{digits(3)}.{digits(3)}",
        f"{digits(4)} {digits(3)} {digits(3)}",
        f"{digits(2)}:{digits(2)}",
        f"{digits(2)}h{digits(2)}",
        f"{chance.randint(1, 400)} m²",
        f"({digits(chance.randint(1, 3))})",
        f"{chance.choice(string.ascii_uppercase)}{chance.choice(string.ascii_uppercase)} {digits(6)}",
    )
    return forms[wanted]


def address(chance: random.Random) -> str:
    """An e-mail or web address."""
    letters = string.ascii_lowercase + ".-_0123456789"
    name = "".join(chance.choice(letters) for _ in range(chance.randint(3, 14))).strip(".-_")
    host = "".join(chance.choice(string.ascii_lowercase) for _ in range(chance.randint(3, 10)))
    return chance.choice(
        (
            f"{name}@{host}.gov.vn",
            f"https://{host}.{name[:6]}.gov.vn/{name}",
            f"www.{host}.vn",
            f"Email: {name}@{host}.com",
        )
    )
