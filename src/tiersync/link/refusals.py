"""Why a message, an envelope or a join is refused, in the words of both sides: what happened and whose turn it is."""

from tiersync.model.text import Text

REFUSALS: dict[str, Text] = {
    "replay": Text(
        "上级已收到过这条报文；请重新运行命令",
        "it has heard this message before; run the command again",
    ),
    "bad_seal": Text(
        "签名与本单位的密钥不符；如果目录是从别处复制来的，请重新索取邀请码",
        "the seal does not fit this unit's key; if this folder was copied from elsewhere, ask for a new invitation",
    ),
    "not_yours": Text("本单位无权申报该内容", "that is not for this unit to say"),
    "unknown_key": Text(
        "本单位的密钥已被吊销；请向上级单位重新索取邀请码",
        "this unit's key was revoked; ask the unit above for a new invitation",
    ),
    "needs": Text(
        "上级缺少本单位的授权书；请上级查看 tiersync link list",
        "it lacks this unit's charter; ask the unit above to look at tiersync link list",
    ),
    "busy": Text("上级正忙；下次 push 时重试", "it is busy; the next push tries again"),
    "too_large": Text("报文过大", "the message is too large for it"),
    "unreadable": Text(
        "上级无法读取报文；请核对双方的程序版本（tiersync --version）",
        "it could not read the message; compare the program versions on both sides (tiersync --version)",
    ),
    "too_new": Text(
        "上级的 tiersync 版本较旧，无法读取本节点的报文；请联系上级升级。数据都已保存在本机，升级后继续上报",
        "its tiersync is older than the one here and does not understand the message; ask it to upgrade. Everything is "
        "kept here and goes up then",
    ),
    "two_places": Text(
        "有两台机器以本单位名义连接（例如复制过目录），上级暂不接收任何一方的数据。请停用多余的一台，再请上级运行 "
        "tiersync link resume",
        "two machines speak as this unit, such as after a folder was copied, and nothing is taken from either. Stop "
        "the one that is not meant; then the unit above says tiersync link resume",
    ),
    "invitation": Text("邀请无效", "the invitation does not hold"),
    "number_taken": Text(
        "该编号已被另一报文使用；节点很可能被恢复成了旧副本",
        "another envelope already has this number; the node was probably put back to an older copy",
    ),
    "damaged": Text(
        "本机所存内容已损坏，不再发送；请用备份恢复 node.db",
        "what is stored here of it is damaged, so it is not sent; put node.db back from a backup",
    ),
}

INVITATIONS: dict[str, Text] = {
    "unknown": Text(
        "上级没有这份邀请，或已作废；请重新索取（tiersync invite）",
        "it does not know this invitation, or it was revoked; ask for a new one (tiersync invite)",
    ),
    "other_unit": Text(
        "邀请是给另一个单位的；请为本单位索取（tiersync invite）",
        "the invitation is for another unit; ask for one of your own (tiersync invite)",
    ),
    "used": Text(
        "另一个节点已使用过这份邀请；请重新索取，若不是本单位所为请告知上级",
        "another node has used this invitation already; ask for a new one and tell the unit above if that was not you",
    ),
    "expired": Text(
        "邀请已过期；请重新索取（tiersync invite）",
        "the invitation has expired; ask for a new one (tiersync invite)",
    ),
    "bad_seal": Text("请求在途中被改动；请重试", "the request was changed on its way; try again"),
}
