"""Of what the made-up people's names, lanes and phone numbers are put together."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
WOMEN = "秀英兰桂芳玉珍凤淑荣莲梅香翠素贞云霞琴菊花巧爱娥银彩仙琼瑞慧娟婷喆䶮"
MEN = "建国德明长福庆祥振华广义忠成学文志永贵宝财吉洪海山树林茂春生有才兴业㛃堃"
LANES = ("柳荫巷", "槐树胡同", "棉织弄", "药市夹道", "染坊里", "豆腐营", "枣林坊", "磨盘巷")
NO_OPERATOR = "154"  # A mobile prefix that is given to no operator.
