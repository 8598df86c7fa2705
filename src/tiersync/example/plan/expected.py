"""What must come out of the city: the figures that a real office reported, worked out of the plan alone."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from tiersync.example.people.roles import NO_HARDSHIP
from tiersync.example.plan.manifest import Expected
from tiersync.example.plan.plan import CLAIMS, EIGHTY_UP, HUNDREDS, NINETIES, Plan

YEAR, LAST_YEAR, DAY_OF_PAYMENT = "2013", "2012", "2013-Q3"
ALLOWANCE, AID, MONTH = "scheme=allow_90", "scheme=rural_hardship_80", "campaign=jinglaoyue"
PLACES = Decimal("0.01")


class Ratio(NamedTuple):
    """A numerator, a denominator, and what their quotient is shown times: 100 for per cent."""

    numerator: Decimal | int
    denominator: int
    factor: int

    @property
    def shown(self) -> Decimal:
        """To two places, halves up; 0 of nothing."""
        exact = Fraction(self.numerator) * self.factor / self.denominator if self.denominator else Fraction(0)
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES, ROUND_HALF_UP)


def expected(plan: Plan) -> Iterator[Expected]:
    """The table's figures, then those of the margins, then those of the made-up facts."""
    sections = {
        "table": (_population, _allowance, _insurance, _month, _associations),
        "margins": (_margins,),
        "own": (_own,),
    }
    for source, section in sections.items():
        for figures_of in section:
            yield from (figure.model_copy(update={"source": source}) for figure in figures_of(plan))


def _population(plan: Plan) -> Iterator[Expected]:
    seniors, population = plan.margins.seniors, plan.count("population")
    yield _value("P02", seniors, what="seniors")
    yield _value("P01", population, what="registered population")
    yield _ratio("P03", Ratio(seniors, population, 100), what="share of seniors")


def _allowance(plan: Plan) -> Iterator[Expected]:
    roll, rate = plan.roll, plan.rate("roll_rate_yuan")
    aided, aid = plan.count("aid_persons"), plan.rate("aid_rate_yuan")
    alive = roll.paid - roll.dead_when_paid
    yield _value("B02", alive, ALLOWANCE, "on the roll on the day of payment", period=DAY_OF_PAYMENT)
    yield _value("B01", roll.paid, ALLOWANCE, "paid the allowance for ages 90 to 99")
    yield _value("B03", roll.paid * rate, ALLOWANCE, "yuan paid")
    yield _ratio("B04", Ratio(roll.paid * rate, roll.paid, 1), ALLOWANCE, "yuan each")
    yield _value("B02", roll.at_end, ALLOWANCE, "on the roll at year end")
    yield _value("P06", roll.eligible + roll.elsewhere, what="seniors of 90 to 99")
    yield _ratio("B05", Ratio(roll.at_end, roll.eligible, 100), ALLOWANCE, "take-up")
    yield _value("B01", aided, AID, "rural seniors in hardship given aid")
    yield _value("B03", aided * aid, AID, "yuan paid")
    yield _value("B01", roll.paid + aided, what="paid by both schemes; nobody by two")
    yield _value("B03", roll.paid * rate + aided * aid, what="yuan paid by both schemes")
    yield _value("B08", 0, what="yuan recovered")
    yield _value("B09", roll.paid * rate + aided * aid, what="yuan paid and not recovered")


def _insurance(plan: Plan) -> Iterator[Expected]:
    years = ((LAST_YEAR, "insured_2012", plan.count("seniors_2012")), (YEAR, "insured_2013", plan.margins.seniors))
    for year, fact, seniors in years:
        yield _value("I01", plan.count(fact), what="insured", period=year)
        yield _ratio("I02", Ratio(plan.count(fact), seniors, 100), what="coverage", period=year)
    persons, yuan = (sum(column) for column in zip(*plan.claims.values(), strict=True))
    yield _value("I03", persons, what="claimants paid")
    yield _value("I04", yuan, what="yuan paid for claims")
    for kind in CLAIMS:
        count, worth = plan.claims[kind]
        yield _value("I03", count, f"claim_kind={kind}", "claimants paid")
        yield _value("I04", worth, f"claim_kind={kind}", "yuan paid for claims")


def _month(plan: Plan) -> Iterator[Expected]:
    """The month holds every event and visit of the year."""
    for breakdown in (MONTH, ""):
        yield _value("A01", plan.count("events"), breakdown, "events")
        yield _value("A02", plan.count("participations"), breakdown, "participations")
        yield _value("S01", plan.count("visits"), breakdown, "visits")
        yield _value("S02", plan.count("visits_yuan"), breakdown, "yuan given")


def _associations(plan: Plan) -> Iterator[Expected]:
    yield _value("O01", plan.associations, what="associations")
    for form, count in plan.legal_forms.items():
        yield _value("O01", count, f"legal_form={form}", "registered" if form == "1" else "filed")
    yield _ratio("O02", Ratio(plan.associations, plan.communities, 100), what="communities with one")
    yield _value("O03", plan.count("association_members"), what="members")
    yield _ratio("O04", Ratio(plan.standardised, plan.associations, 100), what="standardised")


def _margins(plan: Plan) -> Iterator[Expected]:
    margins = plan.margins
    bands, by_way = margins.bands, {way: sum(row[way] for row in margins.livings.values()) for way in "12"}
    for band, sexes in margins.sexes.items():
        for sex, count in sexes.items():
            yield _value("P02", count, f"age_band={band};sex={sex}")
    for hukou, ways in margins.livings.items():
        yield _value("P02", sum(ways.values()), f"hukou_kind={hukou}")
        yield _value("P09", ways["1"], f"hukou_kind={hukou}")
        yield _value("P08", ways["1"] + ways["2"], f"hukou_kind={hukou}")
    yield _value("P04", margins.seniors - bands["60-64"])
    yield _value("P05", sum(bands[band] for band in EIGHTY_UP))
    yield _value("P07", bands[HUNDREDS])
    yield _value("P08", sum(by_way.values()))
    yield _value("P09", by_way["1"])
    for band, levels in margins.abilities.items():
        yield _value("P10", sum(levels.values()) - levels["0"], f"age_band={band}")
    for level in "1234":
        total = sum(levels[level] for levels in margins.abilities.values())
        yield _value("P10", total, f"ability_level={level}")
    for kind, count in margins.others["hardship_kind"].items():
        if kind != NO_HARDSHIP:
            yield _value("P11", count, f"hardship_kind={kind}")
    for sex in "12":
        count = sum(margins.sexes[band][sex] for band in NINETIES)
        yield _value("P06", count, f"sex={sex}")


VALUES = {  # indicator: the facts that it is the sum of
    "A03": ("printed",),
    "C01": ("cards_issued",),
    "C02": ("cards",),
    "F02": ("beds",),
    "F04": ("home_users", "school_users"),
    "F06": ("grants_yuan",),
    "F07": ("grants_homes",),
    "F08": ("projects",),
    "G01": ("documents",),
    "G02": ("tasks",),
    "G05": ("funds_yuan",),
    "L02": ("legal_aid_cases",),
    "L03": ("legal_aid_yuan",),
    "L04": ("petitions",),
    "L05": ("petitions_in_time",),
    "M01": ("media_items",),
    "M02": ("channel_issues",),
    "R01": ("awards",),
    "S04": ("care_times",),
    "S05": ("volunteers",),
    "S06": ("talents",),
    "W01": ("trainees",),
    "W02": ("certified",),
    "W03": ("staff",),
}


def _own(plan: Plan) -> Iterator[Expected]:
    """What comes of the made-up facts."""
    seniors, count = plan.margins.seniors, plan.count
    for indicator, facts in VALUES.items():
        yield _value(indicator, sum(map(count, facts)))
    yield _value("B06", plan.roll.later + plan.refusals)
    yield _value("B06", plan.roll.later, "decision=approved;scheme=allow_90")
    yield _value("L01", count("legal_aid_cases") - count("legal_aid_twice"))
    yield _value("F01", count("homes") + plan.care_points + count("schools"))
    yield _ratio("P14", Ratio(count("verified_2013"), seniors, 100))
    yield _ratio("C03", Ratio(count("cards"), seniors, 100))
    yield _ratio("L06", Ratio(count("petitions_in_time"), count("petitions"), 100))
    yield _value("P13", count("projected_2020"), "target_year=2020", "seniors expected for 2020")
    yield _ratio("F05", Ratio(plan.care_points, plan.communities, 100))
    yield _ratio("S03", Ratio(plan.visited, plan.visits_due, 100), what="regular visits that were made")


def _value(indicator: str, value: Decimal | int, breakdown: str = "", what: str = "", period: str = YEAR) -> Expected:
    return Expected(indicator=indicator, period=period, breakdown=breakdown, value=Decimal(value), what=what)


def _ratio(indicator: str, ratio: Ratio, breakdown: str = "", what: str = "", period: str = YEAR) -> Expected:
    plain = _value(indicator, ratio.shown, breakdown, what, period)
    pair = {"numerator": Decimal(ratio.numerator), "denominator": Decimal(ratio.denominator)}
    return plain.model_copy(update=pair)
