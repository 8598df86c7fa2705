"""Every error on one page: what happened, whose turn it is, whether to try again, and the exit code.

A class's docstring is its English message, `zh` the Chinese one; both may name fields in braces, which the
keyword arguments of the raise fill in. Four families say whose turn it is.
"""

import errno
from typing import ClassVar

REASONS = {
    errno.ENOENT: "文件或目录不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "上级路径不是目录",
    errno.EROFS: "磁盘为只读",
    errno.EEXIST: "同名文件已存在",
    errno.EINVAL: "不是可写的文件，或参数无效",
    errno.EADDRNOTAVAIL: "本机没有该地址",
}


def why_not(error: Exception) -> dict[str, str]:
    """Why the machine refused something, as the fields `why_en` and `why_zh` of an error; what has no words here stays
    in the words of the system."""
    said = getattr(error, "strerror", None) or str(error) or "?"
    return {"why_en": said, "why_zh": REASONS.get(getattr(error, "errno", None) or 0, said)}


class TiersyncError(Exception):
    """Something went wrong."""

    zh: ClassVar[str] = "出错了。"
    retry: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.say("en"))

    def say(self, lang: str) -> str:
        """The message in `zh` or `en`, with this error's fields filled in."""
        text = self.zh if lang == "zh" else " ".join((self.__doc__ or "").split())
        for name, value in self.fields.items():
            text = text.replace("{" + name + "}", str(value))
        return text


class YourInput(TiersyncError):
    """What was given cannot be used; correct it and run the command again."""

    zh = "所给内容不能使用，请更正后重试。"
    exit_code = 2


class ThisNode(TiersyncError):
    """This node is not in a state to do that."""

    zh = "本节点目前不能执行该操作。"
    exit_code = 3


class NotOurFault(TiersyncError):
    """The other side could not take part."""

    zh = "对方暂时无法配合。"
    exit_code = 4


class Refused(TiersyncError):
    """The other side refused."""

    zh = "对方拒绝了请求。"
    exit_code = 5


# --- your input -------------------------------------------------------------------------------------------------


class FileThere(YourInput):
    """{file} is there already, and is not written over. Name another file, or say --force."""

    zh = "{file} 已存在，不会覆盖。请换一个文件名，或加 --force。"


class BackupThere(YourInput):
    """{file} is there already, and a backup is never written over another file. Name another one with --to; nothing was changed."""

    zh = "{file} 已存在，备份不会覆盖任何文件。请用 --to 指定其他文件名；未作任何更改。"


class BadBackup(YourInput):
    """{file} cannot be restored: {why_en}. Choose another backup; nothing was changed."""

    zh = "{file} 不能用于恢复：{why_zh}。请改用其他备份；未作任何更改。"


class NoPassphrase(YourInput):
    """Keys are only kept in a backup under a passphrase, and none was given. Write it into the environment variable TIERSYNC_BACKUP_PASSPHRASE, or run the command at a terminal; nothing was changed."""

    zh = "备份中的密钥以口令加密，而没有给出口令。请设置环境变量 TIERSYNC_BACKUP_PASSPHRASE，或在终端中运行；未作任何更改。"


class ShortPassphrase(YourInput):
    """A passphrase for keys has at least {least} letters, or 4 Chinese characters: whoever finds the file has all the time to try. Nothing was changed."""

    zh = "密钥的口令至少 {least} 个字母或 4 个汉字：拿到文件的人有足够时间逐一尝试。未作任何更改。"


class WrongPassphrase(YourInput):
    """The keys in this backup cannot be opened: the passphrase is not the one that it was made with, or that part is damaged. Run the command again with the right one; nothing was changed."""

    zh = "无法打开备份中的密钥：口令与备份时的不同，或这一部分已损坏。请用正确的口令重试；未作任何更改。"


class KeysNeeded(YourInput):
    """{file} holds no keys, and without its keys the node of {unit} cannot go on. Name the folder of the old node, or a copy of its folder keys, with --keys-from; nothing was changed."""

    zh = "{file} 不含密钥，而单位 {unit} 的节点没有密钥就不能继续工作。请用 --keys-from 指定原节点目录或其 keys 目录的副本；未作任何更改。"


class KeysOfAnother(YourInput):
    """The keys in {dir} are not those that the node of {unit} had when it was backed up. Name its own with --keys-from; nothing was changed."""

    zh = "{dir} 中的密钥不是单位 {unit} 的节点备份时使用的密钥。请用 --keys-from 指定该节点自己的密钥；未作任何更改。"


class StoreNotEmpty(YourInput):
    """The database that was named holds something already ({what}). Name an empty one; nothing was changed."""

    zh = "所指的数据库中已有内容（{what}）。请指定空的数据库；未作任何更改。"


class StoreIsThere(YourInput):
    """The database of this node is there already ({place}). Name another place with --to; nothing was changed."""

    zh = "本节点的数据库已经在那里（{place}）。请用 --to 指定其他位置；未作任何更改。"


class PluginExists(YourInput):
    """{place} is there already. Choose another id, or delete the folder first."""

    zh = "{place} 已存在。请换一个编号，或先删除该目录。"


class NeedsAnswers(YourInput):
    """This has to be decided by you:
    {each_en}"""

    zh = "以下需要您来决定：\n{each_zh}"


class OddFolder(YourInput):
    """{dir} cannot be kept running by systemd: {why_en}. Rename the folder and run the command again; nothing was changed."""

    zh = "systemd 无法运行 {dir}：{why_zh}。请重命名该目录后重试；未作任何更改。"


class NeedsRoot(YourInput):
    """A service of the whole machine is installed and removed by root. Run the command with sudo, or say --user; nothing was changed."""

    zh = "全机服务只能由 root 安装或卸载。请用 sudo 运行，或加 --user；未作任何更改。"


class OwnedByRoot(YourInput):
    """{dir} belongs to root, and a node as a service runs under an account of its own. Give the folder to one with chown -R, and run the command again; nothing was changed."""

    zh = "{dir} 的所有者是 root，而作为服务的节点应使用单独的账户运行。请用 chown -R 将目录交给该账户后重试；未作任何更改。"


class BadSetting(YourInput):
    """{file}: the setting {setting} is not usable: {why_en}. Correct the file and run the command again."""

    zh = "{file}：配置项 {setting} 不可用：{why_zh}。请修改文件后重试。"


class BadCatalogue(YourInput):
    """{place}: {why_en}. Correct the catalogue file and run the command again."""

    zh = "{place}：{why_zh}。请更正目录文件后重试。"


class BadRelation(YourInput):
    """The relation {relation} cannot be used: {why_en}. Correct it and run the command again."""

    zh = "审核关系 {relation} 不能使用：{why_zh}。请更正后重试。"


class TreeChange(YourInput):
    """{place} would change the tiers, which the next catalogue may not, or lists units in the wrong place: they stand in units.csv of the draft. Take it out and run the command again; nothing was published."""

    zh = "{place} 会改动层级，新目录不能改动；或单位表放错了位置：单位写在草稿的 units.csv 中。请去掉后重试；未发布任何内容。"


class DraftOutdated(YourInput):
    """{dir} was drafted from catalogue {based_on}, and the newest is catalogue {newest}: somebody published meanwhile. Make a new draft with tiersync catalogue draft and change that one; nothing was published."""

    zh = "{dir} 依据目录 {based_on} 起草，而最新的是目录 {newest}：期间已有人发布。请用 tiersync catalogue draft 重新起草后修改；未发布任何内容。"


class DueLate(YourInput):
    """Form {form} would be due {days} days after its period's end. If that date is meant, say so with --due-is-meant; nothing was published."""

    zh = "报表 {form} 的截止日在统计期结束 {days} 天之后。如确认无误，请加 --due-is-meant；未发布任何内容。"


class NothingChanged(YourInput):
    """{dir} says what catalogue {newest} says already; nothing was published. Change its files first."""

    zh = "{dir} 与目录 {newest} 相同，未发布任何内容。请先修改其中的文件。"


class AlreadyFiled(YourInput):
    """The figures of {form} would be made otherwise for {period}, and {why_en}. Name a later period with --from; nothing was published."""

    zh = "{form} 的口径将从 {period} 起改变，而{why_zh}。请用 --from 指定更晚的统计期；未发布任何内容。"


class TreeInUse(YourInput):
    """Unit {unit} would stand otherwise from {day} on, which lies in {period} of {form}, and {why_en}. Give the change the first day of a period that is not filed yet; nothing was published."""

    zh = "单位 {unit} 自 {day} 起变动，该日属于报表 {form} 的 {period}，而{why_zh}。请将变动日期改到尚未上报的统计期；未发布任何内容。"


class HoldsNul(YourInput):
    """A text holds the character NUL (U+0000), which no database keeps. Take it out where it comes from and run the command again; nothing was changed."""

    zh = "有一段文字含有空字符（U+0000），数据库无法保存。请在来源处删除后重试；未作任何更改。"


class NotAsked(YourInput):
    """No form asks for {period}. What the forms ask for looks like this: {forms}."""

    zh = "没有报表要求 {period} 的数据。各报表的统计期形如：{forms}。"


class BadPeriod(YourInput):
    """{text} is not a period. Write 2013, 2013-H1, 2013-Q4, 2013-06 or 2013-W23."""

    zh = "“{text}”不是有效的统计期。请写成 2013、2013-H1、2013-Q4、2013-06 或 2013-W23。"


class UnknownUnit(YourInput):
    """There is no unit {unit} in the tree. Look for its code with: tiersync units show"""

    zh = "单位树中没有 {unit}。可用 tiersync units show 查找代码。"


class UnknownName(YourInput):
    """There is no {what} {name} here. {hint}"""

    zh = "没有名为“{name}”的{what}。{hint}"
    in_zh: ClassVar[dict[str, str]] = {"form": "报表", "link": "链路", "held link": "暂停接收的链路", "notice": "通知", "quarantine entry": "待更正行", "finding": "问题", "report": "报告", "exporter": "导出格式", "plugin": "插件", "stream": "数据流", "field": "字段", "header": "列", "record type": "记录类型", "indicator": "指标", "dimension": "分组", "tier": "层级", "schedule": "计划", "network": "网络", "audience": "读者"}  # fmt: skip
    hints_zh: ClassVar[dict[str, str]] = {"See: ": "请看：", "There are: ": "现有："}

    def say(self, lang: str) -> str:
        """In Chinese with the Chinese word for what is looked for, and for where to look."""
        if lang != "zh":
            return super().say(lang)
        told = {name: str(value) for name, value in self.fields.items()}
        for english, chinese in self.hints_zh.items():
            told["hint"] = told.get("hint", "").replace(english, chinese, 1)
        return self.zh.format(**told | {"what": self.in_zh.get(told["what"], told["what"])}).strip()


class BadSource(YourInput):
    """{place}: {why_en}. {turn_en}, then run the command again."""

    zh = "{place}：{why_zh}。{turn_zh}后重试。"

    def __init__(self, **fields: object) -> None:
        """Unless it is said otherwise, it is the turn of whoever filed a file."""
        filed = {"turn_en": "Ask whoever filed it for a correct file", "turn_zh": "请向报送人索取正确的文件"}
        super().__init__(**filed | fields)


class BadPlugin(YourInput):
    """{file}: {why_en}. Correct the plugin and run the command again."""

    zh = "{file}：{why_zh}。请更正插件后重试。"


class BadNotice(YourInput):
    """{place}: {why_en}. Correct it and run the command again; nothing was published."""

    zh = "{place}：{why_zh}。请更正后重试；未发布任何内容。"


class SecretMark(YourInput):
    """The notice is marked {mark}: this network carries public and internal documents only. Send it through the channel for classified papers; nothing was published."""

    zh = "通知标有“{mark}”：本网络只传送公开和内部文件。请通过保密渠道传送；未发布任何内容。"


class PersonalData(YourInput):
    """{place} holds what looks like {kind_en} ({where}). Take it out: this network carries figures and public documents
    only."""

    zh = "{place} 疑似含有{kind_zh}（{where}）。请删除：本网络只传送统计数据和公开文件。"


class PartsExceed(YourInput):
    """{form} {period} of {unit} was not filed: the parts of {indicator} by {breakdown_en} come to {parts}, more than its total of {total}. Correct the declared figures and run the command again."""

    zh = "{unit} 的 {form} {period} 未归档：{indicator} 按{breakdown_zh}分组之和为 {parts}，大于总数 {total}。请更正申报的数据后重试。"


class NotUtf8(YourInput):
    """{argument} is not text in UTF-8. Write it in a terminal that is set to UTF-8 and run the command again; nothing was stored."""

    zh = "{argument} 不是 UTF-8 文本。请在编码为 UTF-8 的终端中重新输入；未保存任何内容。"


class UnreadableFile(YourInput):
    """{file} cannot be read ({why_en}). Check its name and run the command again."""

    zh = "{file} 无法读取（{why_zh}）。请核对文件名后重试。"


class NotShared(YourInput):
    """The inbox was not opened to the group {group}: {why_en}. Name another group, or ask whoever looks after this machine."""

    zh = "未能对组 {group} 开放 inbox：{why_zh}。请换一个组，或联系本机管理员。"


class PlainHttp(YourInput):
    """{url} is plain http off this machine, where anybody on the line could read along. Use https, or say --insecure if the line is protected otherwise."""

    zh = "{url} 是未加密的 http 地址，线路上的人都能看到内容。请改用 https；若线路另有保护，可加 --insecure。"


class BadToken(YourInput):
    """This is not a usable invitation token: {why_en}. Ask the unit above for a new one (tiersync invite)."""

    zh = "邀请码不可用：{why_zh}。请向上级单位重新索取（tiersync invite）。"


# --- this node --------------------------------------------------------------------------------------------------


class NoNode(ThisNode):
    """There is no node in {dir}. Make one with tiersync init (the top) or tiersync join (every other unit), or name its folder with --dir."""

    zh = "{dir} 中没有节点。请用 tiersync init（最上级）或 tiersync join（其他单位）建立，或用 --dir 指定目录。"


class NodeExists(ThisNode):
    """{dir} already holds a node of unit {unit}. Choose another folder."""

    zh = "{dir} 中已有单位 {unit} 的节点。请换一个目录。"


class NodeInTheWay(ThisNode):
    """{dir} already holds a node of unit {unit}. Choose another folder with --dir, or add --replace: the old folder is then renamed, and nothing of it is deleted."""

    zh = "{dir} 中已有单位 {unit} 的节点。请用 --dir 指定其他目录，或加 --replace：原目录将被改名保留，不会删除。"


class NodeInUse(ThisNode):
    """Another tiersync process works with this node ({dir}). End it (tiersync run, or a command) and run this again; nothing was changed."""

    zh = "另一个 tiersync 进程正在使用本节点（{dir}）。请先结束它（tiersync run 或其他命令）后重试；未作任何更改。"
    retry = True


class BackupUnsound(ThisNode):
    """The backup {file} was read again and is not sound: {why_en}. It was thrown away. See what tiersync db check says, look at the disk, and run the command again."""

    zh = "重新读取备份 {file} 时发现它不完好：{why_zh}，备份已作废。请运行 tiersync db check 并检查磁盘，然后重试。"
    retry = True


class CopyUnlike(ThisNode):
    """The copy of the table {table} does not come to what was copied ({sent} rows went, {came} came). The copy was undone, and the node goes on with its database as it was; tell whoever looks after tiersync."""

    zh = "表 {table} 的副本与原表不同（原有 {sent} 行，复制到 {came} 行）。副本已撤销，节点照旧使用原数据库；请告知维护人员。"


class NoRoomToUnpack(ThisNode):
    """{file} needs {needed} MB to be unpacked, and the disk that holds {dir} has {free} MB left. Make room and run the command again; nothing was changed."""

    zh = "解开 {file} 需要 {needed} MB，而 {dir} 所在磁盘只剩 {free} MB。请腾出空间后重试；未作任何更改。"
    retry = True


class FolderNotEmpty(ThisNode):
    """{dir} is not empty. Choose a new or empty folder."""

    zh = "{dir} 不是空目录。请选择新的或空的目录。"


class NodeBusy(ThisNode):
    """Another tiersync command is writing to this node ({dir}). Wait until it has ended and run the command again."""

    zh = "另一个 tiersync 命令正在写入本节点（{dir}）。请等它结束后再试。"
    retry = True


class HostedTwice(ThisNode):
    """Two folders hold the node of {unit}: {one} and {other}. Run one of them; a copy must never speak beside its node."""

    zh = "{one} 与 {other} 两个目录中都是 {unit} 的节点。只能运行其中一个：副本不得与原节点同时运行。"


class Ailing(ThisNode):
    """Wrong here: {count}; each line says what to do."""

    zh = "本节点有 {count} 项有误；每行写明怎么办。"


class JobWrong(ThisNode):
    """{name} did not end well: {why_en}"""

    zh = "{name} 未能顺利完成：{why_zh}"


class HostRuns(ThisNode):
    """Another tiersync run, serve or work is running the node in {dir} already. Stop that one, or leave it running; two of them over one folder need a database that several share (tiersync db move)."""

    zh = "{dir} 的节点已由另一个 tiersync run、serve 或 work 运行。请停止那一个，或让它继续运行；同一节点要由多个进程运行，须先改用共享数据库（tiersync db move）。"


class PortInUse(ThisNode):
    """{host}:{port} is already in use. End the other program or choose another port: {setting}."""

    zh = "{host}:{port} 已被占用。请结束占用的程序，或更换端口：{setting}。"


class ClockWrong(ThisNode):
    """The clock of this machine says {today}, but {why_en}. Sources were read and what waited goes up as always; nothing new is filed. Set the clock and run tiersync push; if it is right, tell the unit above, and add --clock-is-right."""

    zh = "本机时钟为 {today}，但{why_zh}。数据源照常读取，待发内容照常上报，但不归档新报告。请校准本机时钟后运行 tiersync push；若本机时钟无误，请告知上级单位，并加上 --clock-is-right。"


class ClockInDoubt(ThisNode):
    """The clock of this machine says {today}, but {why_en}. A notice carries its date, so nothing was published. Set the clock and publish it again; if it is right, add --clock-is-right."""

    zh = "本机时钟为 {today}，但{why_zh}。通知带有日期，故未发布。请校准本机时钟后重新发布；若本机时钟无误，请加上 --clock-is-right。"


class NoParent(ThisNode):
    """This node is the top of its network and has no unit above it."""

    zh = "本节点是网络的最上级，没有上级单位。"


class NotTheTop(ThisNode):
    """Only the top of the network changes the catalogue, and this is the node of {unit}. It is the turn of {top}: send the draft there."""

    zh = "目录只能由网络的最上级修改，而本节点是 {unit}。请将草稿交给 {top} 发布。"


class MayNotInvite(ThisNode):
    """{unit} cannot be invited: {why}."""

    zh = "不能邀请 {unit}：{why}。"


class WaitsForEpoch(ThisNode):
    """This node was put back to an older copy and seals nothing until the unit above has given it a new epoch. Run tiersync push once the unit above can be reached."""

    zh = "本节点被恢复为旧副本，在上级登记这次恢复之前不能签发任何内容。待上级可连接后请运行 tiersync push。"
    retry = True


class NoCalendar(ThisNode):
    """Nothing is known of the working days of {year}, by which something is due. The top node adds the year to the calendar of the catalogue: tiersync catalogue draft, then publish."""

    zh = "没有 {year} 年的工作日历，而期限须按工作日计算。请由最上级节点在目录的日历中加入该年：先 tiersync catalogue draft，再 publish。"


class TooNew(ThisNode):
    """What came was written by a newer tiersync than this one ({what}). Upgrade tiersync on this machine and run the command again; nothing is lost."""

    zh = "收到的内容由更新版本的 tiersync 写成（{what}）。请升级本机的 tiersync 后重试；没有丢失任何内容。"
    retry = True


class StoreTooNew(ThisNode):
    """A newer tiersync has already used this node's database (it stands at {held}, and this program knows {newest} at most). Upgrade tiersync on this machine and run the command again; nothing was changed."""

    zh = "本节点的数据库已由更新版本的 tiersync 使用（版本 {held}，本程序最高支持 {newest}）。请升级本机的 tiersync 后重试；未作任何更改。"


class Flawed(ThisNode):
    """{count} things are wrong with this node; each is listed above with what to do."""

    zh = "本节点有 {count} 处问题，上文逐条列出了处理办法。"


class StoreBroken(ThisNode):
    """The node's database cannot be used: {why}. Nothing was changed."""

    zh = "节点数据库不可用：{why}。未作任何更改。"


class DatabaseAway(ThisNode):
    """The database that [store] url in tiersync.toml, --store or --to names cannot be used: {why_en}. What was stored is kept; run the command again when that is put right."""

    zh = "tiersync.toml 中 [store] url，或 --store、--to 所指的数据库不可用：{why_zh}。已保存的内容没有丢失，处理后请重试。"
    retry = True


class DatabaseTaken(ThisNode):
    """The database that [store] url names holds a node of unit {held}, which is not the one of this folder. Every node has a database of its own: name another one. Nothing was changed."""

    zh = "[store] url 所指的数据库中已有单位 {held} 的节点，不是本目录的节点。每个节点使用各自的数据库：请更换地址。未作任何更改。"


class NoDriver(ThisNode):
    """A node whose database is PostgreSQL needs the package psycopg, which is not installed: pip install 'tiersync[postgresql]'. Then run the command again."""

    zh = "节点使用 PostgreSQL 数据库时需要 psycopg，而它没有安装：请运行 pip install 'tiersync[postgresql]' 后重试。"


class ReportsDamaged(ThisNode):
    """{count} sealed reports are damaged, and no good copy came yet. What was filed below comes back when that node
    pushes; what this node filed it files again with tiersync push."""

    zh = "有 {count} 份签名报告已损坏，尚未取回原件。下级的报告在其下次上报时恢复；本单位的请运行 tiersync push，重新生成。"


class UnreadableNotice(ThisNode):
    """The notice {notice} ({title}) cannot be read here any more: its sealed text is damaged. Everything else goes on; put node.db back from a backup, or ask whoever issued it to publish it anew."""

    zh = (
        "通知 {notice}（{title}）的正文已损坏，本机无法读取。其他不受影响；请用备份恢复 node.db，或请发文单位重新发布。"
    )


class DiskLow(ThisNode):
    """Only {free} MB are free on the disk that holds {dir}, less than [limits] disk_floor_mb ({floor}): no source is read until there is room again. What waits still goes up and down."""

    zh = (
        "{dir} 所在磁盘仅剩 {free} MB，低于 [limits] disk_floor_mb（{floor}）：腾出空间前不读取数据源；上报和接收照常。"
    )
    retry = True


class DiskFull(ThisNode):
    """The disk that holds {dir} is full. Make room and run the command again; nothing that was stored is lost."""

    zh = "{dir} 所在磁盘已满。请腾出空间后重试；已保存的内容没有丢失。"
    retry = True


class NoSystemd(ThisNode):
    """systemd does not answer on this machine ({why_en}), so nothing was changed. In a container, let the container run tiersync run itself."""

    zh = "本机的 systemd 没有响应（{why_zh}），未作任何更改。容器中请直接运行 tiersync run。"


class ProgramHidden(ThisNode):
    """The account of the node cannot run {program}, for {dir} is closed to it. Install tiersync where every account may read, such as /usr/local/lib/tiersync, and run the command again; nothing was changed."""

    zh = "节点的账户无法运行 {program}：它不能进入 {dir}。请将 tiersync 安装在各账户均可读取的位置，例如 /usr/local/lib/tiersync，然后重试；未作任何更改。"


class NoService(ThisNode):
    """There is no {unit} here. Install it with tiersync service install, or look with the same --user and --runs as it was installed with."""

    zh = "这里没有 {unit}。请先运行 tiersync service install，或使用安装时的 --user 和 --runs。"


class ServiceFailed(ThisNode):
    """systemd refused: {said}. A unit that was new is removed again; put that right and run the command again."""

    zh = "systemd 拒绝了操作：{said}。新写入的单元已撤回；请处理后重试。"


class MachineRefused(ThisNode):
    """This machine did not allow it: {why_en} ({path}). Put that right and run the command again; what was stored is kept."""

    zh = "本机不允许该操作：{why_zh}（{path}）。请处理后重试；已保存的内容没有丢失。"


class PluginChanged(ThisNode):
    """The plugin {plugin} is not as it was when it was enabled, so it is not run. Look at tiersync plugin diff {plugin}; if all is well, say tiersync plugin enable {plugin} again."""

    zh = "插件 {plugin} 启用后有改动，因此不运行。请查看 tiersync plugin diff {plugin}；无误后再次运行 tiersync plugin enable {plugin}。"
    exit_code = 6


class NoSecret(ThisNode):
    """The secret {name} that a plugin or tiersync.toml names is not there: {why_en}. Then run the command again."""

    zh = "没有插件或 tiersync.toml 所需的密钥 {name}：{why_zh}。之后重试。"
    exit_code = 6


class WorkerFailed(ThisNode):
    """The plugin {plugin} ended without finishing ({why_en}). Its run was dropped, nothing else was touched. Look at the plugin and run the command again."""

    zh = "插件 {plugin} 未完成即结束（{why_zh}）。本次读取已作废，其他内容未受影响。请检查插件后重试。"
    exit_code = 6


class PluginPaused(ThisNode):
    """The plugin {plugin} failed {times} times in a row and is paused until {until}; its earlier records stand. Look at it with tiersync source check; tiersync push tries it at once."""

    zh = "插件 {plugin} 已连续失败 {times} 次，暂停到 {until}；原有记录仍然有效。请用 tiersync source check 检查；tiersync push 可立即重试。"
    exit_code = 6


class TooDirty(ThisNode):
    """{plugin}: {refused} of {read} rows were refused, more than allowed. Nothing of this run counts; see tiersync quarantine list, correct the source and run the command again."""

    zh = "{plugin}：{read} 行中有 {refused} 行被拒，超过限度。本次读取不计；请查看 tiersync quarantine list，更正数据源后重试。"
    exit_code = 6


class RowsVanished(ThisNode):
    """{plugin}: the source brought {valid} records where {held} were held. Nothing of this run counts. Look at the source; if so many are really gone, set deleted_share = 1 under [stream.limits] in its plugin.toml and run the command again."""

    zh = "{plugin}：数据源只有 {valid} 条记录，而此前持有 {held} 条。本次读取不计。请核对数据源；若确已减少，请在其 plugin.toml 的 [stream.limits] 中设 deleted_share = 1 后重试。"
    exit_code = 6


class WhichCounts(ThisNode):
    """{plugin}: {why_en}. Nothing of this run counts, and the figures before it stand. Take out the file that is not meant, or write under [stream.source] in its plugin.toml files = "newest" (they are one list at different times) or files = "parts" (they are pieces of one list), then run the command again."""

    zh = '{plugin}：{why_zh}。本次读取不计，沿用此前的数据。请移走不需要的文件，或在其 plugin.toml 的 [stream.source] 中写 files = "newest"（同一名册的不同时间）或 files = "parts"（同一名册的几部分），然后重试。'
    exit_code = 6


class NotPossibleNow(ThisNode):
    """{form} {period} {unit} ({part}) is {state_en}, so it cannot be {step_en}. Possible now: {possible_en}. Nothing was changed."""

    zh = "{form} {period} {unit}（{part}）目前{state_zh}，不能{step_zh}。目前可以：{possible_zh}。未作任何更改。"


class NotOursToReview(ThisNode):
    """Reports of {unit} are reviewed by the node of {reviewer}, not here. Nothing was changed."""

    zh = "{unit} 的报告由 {reviewer} 的节点审核，不在本节点。未作任何更改。"


class NotOursToFile(ThisNode):
    """Reports of {unit} are filed by the node of {filer}: the owner alone changes a figure. Return the report with the cells that are meant, or add an adjustment of your own. Nothing was changed."""

    zh = "{unit} 的报告由 {filer} 的节点填报：数据只能由填报单位修改。请写明单元格退回修改，或以本单位名义作调整。未作任何更改。"


class NotOpenYet(ThisNode):
    """{form} {period} opens on {opens}; nothing is filed before. Nothing was changed."""

    zh = "{form} {period} 将于 {opens} 开网，此前不能报送。未作任何更改。"


class PastWindow(ThisNode):
    """{form} {period} was taken until {until}; {unit} files it now only when the unit above grants it: tiersync report correct {unit} --form {form} --period {period} --ask late --text WHY. Nothing was filed."""

    zh = "{form} {period} 的补报截止日为 {until}；{unit} 现在报送须经上级同意：tiersync report correct {unit} --form {form} --period {period} --ask late --text 原因。未报送。"


class ReportAccepted(ThisNode):
    """{form} {period} {unit} is accepted, and its figures have changed here since. Ask for a correction: tiersync report correct {unit} --form {form} --period {period} --text WHY. The accepted figures stand until it is granted."""

    zh = "{form} {period} {unit} 已验收，此后本机数据有变化。请申请更正：tiersync report correct {unit} --form {form} --period {period} --text 原因。获准前以已验收的数据为准。"


class GrantOver(ThisNode):
    """{form} {period} {unit} could be filed anew until {until}. Ask again: tiersync report correct {unit} --form {form} --period {period} --ask late --text WHY. What stands stays as it is."""

    zh = "{form} {period} {unit} 的更正期限（{until}）已过。请重新申请：tiersync report correct {unit} --form {form} --period {period} --ask late --text 原因。以现有数据为准。"


class AlreadyAsked(ThisNode):
    """This was asked of {form} {period} {unit} before, and is not answered yet: it is the turn of the unit above. Nothing was changed."""

    zh = "{form} {period} {unit} 的同一申请尚未答复：请等待上级处理。未作任何更改。"


class ReportLocked(ThisNode):
    """{form} {period} {unit} is locked by {by}. Ask for it to be unlocked: tiersync report correct {unit} --form {form} --period {period} --ask unlock --text WHY; or correct it in the next period (以前期更正). The locked figures stand."""

    zh = "{form} {period} {unit} 已由 {by} 锁定。请申请解锁：tiersync report correct {unit} --form {form} --period {period} --ask unlock --text 原因；或在下一期以“以前期更正”处理。以锁定的数据为准。"


class ReportRecalled(ThisNode):
    """{form} {period} {unit} is kept back here: it was recalled, or typed before this node was put back to an older copy. Look at tiersync report enter {unit} --form {form} --period {period}, then: tiersync report submit {unit} --form {form} --period {period}."""

    zh = "{form} {period} {unit} 保留在本机：已撤回，或是本节点恢复旧副本之前填报的。请核对 tiersync report enter {unit} --form {form} --period {period}，再运行 tiersync report submit {unit} --form {form} --period {period}。"


class FormExpired(ThisNode):
    """The form {form} was valid until {until}, which is before the end of {period}: units may decline it. The top of the network prolongs it in the catalogue."""

    zh = "报表 {form} 的有效期至 {until}，早于 {period} 期末：各单位可以拒绝填报。请网络最上级在目录中延长有效期。"


class RulesBroken(YourInput):
    """{form} {period} of {unit} was not filed ({rule}): {words_en}{more_en}. Correct the figures; all that was found: tiersync report check {unit} --form {form} --period {period}"""

    zh = "{unit} 的 {form} {period} 未归档（{rule}）：{words_zh}{more_zh}。请更正数据；全部审核结果：tiersync report check {unit} --form {form} --period {period}"


class NeedsExplanation(YourInput):
    """{form} {period} of {unit} was not filed ({rule}): {words_en}{more_en}. Say why it is right: tiersync report explain {unit} --form {form} --period {period} --rule {rule} --indicator {indicator} --text WHY"""

    zh = "{unit} 的 {form} {period} 未归档（{rule}）：{words_zh}{more_zh}。请说明原因：tiersync report explain {unit} --form {form} --period {period} --rule {rule} --indicator {indicator} --text 原因"


class SaysNothing(YourInput):
    """The explanation is not taken: {why_en}. Nothing was written."""

    zh = "审核说明未被采纳：{why_zh}。未写入任何内容。"


class NothingToExplain(YourInput):
    """No rule asks about {indicator} of {unit} ({form} {period}, {rule}). See: tiersync report check {unit} --form {form} --period {period}"""

    zh = "没有规则对 {unit} 的 {indicator} 提出疑问（{form} {period}，{rule}）。请查看：tiersync report check {unit} --form {form} --period {period}"


class BadFigure(YourInput):
    """{form} {period} {unit}: {cell} = {text} is not taken: {why_en}. Nothing was entered."""

    zh = "{form} {period} {unit}：{cell} = {text} 不能填入：{why_zh}。未填入任何内容。"


class NothingToCorrect(YourInput):
    """No report of {unit} below this node says {cell} for {form} {period}, so there is nothing to adjust. Nothing was changed."""

    zh = "本节点没有下级 {unit} 填报 {form} {period} {cell} 的报告，无从调整。未作任何更改。"


class NotWhole(YourInput):
    """{by} is no adjustment of this total: write a number that is not 0, has at most {places} decimal places, was not entered before in the same words, and leaves the total at 0 or above. Nothing was changed."""

    zh = "{by} 不能作为该合计的调整数：须不为 0，小数不超过 {places} 位，未以同样内容录入过，且调整后合计不小于 0。未作任何更改。"


class TextTooLong(YourInput):
    """What is said about a report is a text of 1 to {longest} characters, and there are at most {most} of them. Nothing was changed."""

    zh = "关于报告的说明每条须为 1 至 {longest} 个字，最多 {most} 条。未作任何更改。"


class NobodyLacks(YourInput):
    """Everybody below who is expected has reported {form} for {period}: there is nobody to remind."""

    zh = "{form} {period}：下级应报单位均已报送，无需催报。"


class NothingToReview(YourInput):
    """No report of {form} {period} that is held here is meant. See: tiersync report board {form} {period}"""

    zh = "本节点没有所指的 {form} {period} 报告。请查看：tiersync report board {form} {period}"


# --- not our fault ----------------------------------------------------------------------------------------------


class ParentDown(NotOurFault):
    """The unit above cannot be reached at {url} ({why}). Everything is kept here and goes up at the next push."""

    zh = "无法连接上级单位 {url}（{why}）。数据都已保存在本机，下次 push 时继续上报。"
    retry = True


class NotReached(NotOurFault):
    """Nobody could be told of an alarm: {why_en}. Look at [notify] in tiersync.toml; nothing else was touched."""

    zh = "告警未能送达：{why_zh}。请检查 tiersync.toml 的 [notify]；其他未受影响。"


class NobodyToJoin(NotOurFault):
    """The unit above cannot be reached at {url} ({why}), so nothing was set up here. Ask it to run tiersync run, and say the same again while the token is valid."""

    zh = (
        "无法连接上级单位 {url}（{why}），本机尚未建立节点。请上级运行 tiersync run，并在邀请码有效期内重新执行本命令。"
    )
    retry = True


class Untrusted(ThisNode):
    """This machine does not trust the certificate that {url} shows ({why}). If the office above is its own authority, get that authority's file from it and name it: SSL_CERT_FILE=FILE, for a service in its environment file. Everything is kept here."""

    zh = "本机不信任 {url} 出示的证书（{why}）。若上级自建证书机构，请向其索取该机构的证书文件，并以 SSL_CERT_FILE=文件 指明（服务则写入其环境文件）。数据都已保存在本机。"
    retry = True


class CertificateFile(ThisNode):
    """SSL_CERT_FILE or SSL_CERT_DIR of the environment names {file}, which cannot be read as certificates. Correct or unset it and run the command again."""

    zh = "环境变量 SSL_CERT_FILE 或 SSL_CERT_DIR 所指的 {file} 无法作为证书读取。请改正或取消该变量后重试。"


class ParentBusy(NotOurFault):
    """The unit above asked us to come back in {seconds} seconds. Everything is kept here."""

    zh = "上级单位请我们 {seconds} 秒后再来。数据都已保存在本机。"
    retry = True


class NodeAway(NotOurFault):
    """A proxy answers at {url}, but no tiersync node behind it (HTTP {status}): the unit above has to start its node. Everything is kept here and goes up at the next push."""

    zh = "{url} 的反向代理有应答，但其后的 tiersync 节点没有（HTTP {status}）：请上级启动其节点。数据都已保存在本机，下次 push 时继续上报。"
    retry = True


class NoSuchUnit(YourInput):
    """There is no unit {unit} in the list of units ({file}). A code has 12 digits, such as 371400000000; another city brings its own list with --units."""

    zh = "单位清单（{file}）中没有 {unit}。单位代码为 12 位数字，如 371400000000；其他城市用 --units 提供自己的清单。"


class BadAddress(YourInput):
    """{option} {given} is not usable: {why_en}. Nothing was set up."""

    zh = "{option} {given} 不可用：{why_zh}。未建立任何内容。"


class RestoreThenMove(YourInput):
    """This backup is of a database in a file and is put back as one, so {store} is not used. Leave --store out, then: tiersync db move --to {store}. Nothing was put there."""

    zh = "该备份来自文件数据库，恢复后仍为文件数据库，不会使用 {store}。请去掉 --store，恢复后再运行 tiersync db move --to {store}。未写入任何内容。"


class MovedAway(ThisNode):
    """This node's database was moved from here to {place} on {day}. Run it where it is now; two that speak as one node would be held. Nothing was changed."""

    zh = "本节点的数据库已于 {day} 迁移到 {place}。请在新位置运行：两处同时使用会被暂停接收。未作任何更改。"


class KeysLacking(YourInput):
    """{dir} does not hold the node's keys ({name} is missing). Name the folder of the old node, a copy of its folder keys, or take a backup made with --keys. The top's KEEP-OFFLINE copy alone is one key of three. Nothing was put there."""

    zh = "{dir} 中没有节点的全部密钥（缺少 {name}）。请指明原节点目录或其 keys 目录的副本，或使用带 --keys 的备份；最上级的 KEEP-OFFLINE 副本只是三个密钥之一。未写入任何内容。"


class ParentRubbish(NotOurFault):
    """What answered at {url} is not a tiersync node ({why}). Check the address, or tell the unit above."""

    zh = "{url} 的应答不是 tiersync 节点的应答（{why}）。请核对地址，或告知上级单位。"
    retry = True


# --- refused ----------------------------------------------------------------------------------------------------


class JoinRefused(Refused):
    """The unit above refused to join us: {reason_en}"""

    zh = "上级单位拒绝加入：{reason_zh}"


class LinkRefused(Refused):
    """The unit above refused the exchange: {reason_en}"""

    zh = "上级单位拒绝了交换：{reason_zh}"


class BadSeal(Refused):
    """A seal does not fit: {what}. Nothing of it was stored."""

    zh = "签名不符：{what}。未保存任何内容。"


class BadMessage(Refused):
    """A message cannot be read: {why}. Nothing of it was stored."""

    zh = "报文无法读取：{why}。未保存任何内容。"


class Unexplained(TiersyncError):
    """{count} differences are unexplained. Each is listed above with what to do next."""

    zh = "有 {count} 处差异未得到解释，上文逐条列出了下一步该做什么。"


class Several(TiersyncError):
    """{count} things went wrong; everything else was done. {each_en}"""

    zh = "有 {count} 处出错，其余均已完成。{each_zh}"
    exit_code = 6
