"""Whoever hands out made-up identities: each name, number, phone and address once, and a list of them all."""

from collections.abc import Callable
from datetime import date
from random import Random

from tiersync.example.identity import FEMALE, identity_number

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
WOMEN = "秀英兰桂芳玉珍凤淑荣莲梅香翠素贞云霞琴菊花巧爱娥银彩仙琼瑞慧娟婷喆䶮"
MEN = "建国德明长福庆祥振华广义忠成学文志永贵宝财吉洪海山树林茂春生有才兴业㛃堃"
LANES = ("柳荫巷", "槐树胡同", "棉织弄", "药市夹道", "染坊里", "豆腐营", "枣林坊", "磨盘巷")
NO_OPERATOR = "154"  # A mobile prefix that is given to no operator.


class Registrar:
    """Issues values that no two made-up people share, and keeps them, so that a test can search for any of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(f"{seed}/registrar")
        self.identities: list[str] = []
        self.names: list[str] = []
        self.phones: list[str] = []
        self.addresses: list[str] = []
        self._taken: set[str] = set()

    def identity(self, birth: date, sex: str) -> str:
        """A new identity number for somebody born on `birth`."""
        return self.note_identity(identity_number(len(self.identities), birth, sex))

    def note_identity(self, text: str) -> str:
        """Keep another spelling of an identity number, for instance a spoilt one."""
        self.identities.append(text)
        return text

    def name(self, sex: str = FEMALE) -> str:
        """A new name of three characters; none is part of another."""
        given = WOMEN if sex == FEMALE else MEN
        return self._issue(self.names, lambda: self.random.choice(SURNAMES) + "".join(self.random.sample(given, 2)))

    def phone(self) -> str:
        """A new mobile number that nobody can have."""
        return self._issue(self.phones, lambda: f"{NO_OPERATOR}{self.random.randrange(10**8):08}")

    def address(self) -> str:
        """A new lane and door."""
        return self._issue(
            self.addresses, lambda: f"{self.random.choice(LANES)}{self.random.randrange(10_000, 100_000)}号"
        )

    def _issue(self, issued: list[str], draw: Callable[[], str]) -> str:
        """Draw until it is something new, and keep it."""
        while (value := draw()) in self._taken:
            continue
        self._taken.add(value)
        issued.append(value)
        return value
