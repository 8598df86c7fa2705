"""A node as a service of Windows, by pywin32. It was not tried on Windows: see README.md beside it.

    python tiersync_service.py --startup auto install
    python tiersync_service.py start | stop | remove

The node's folder and the program stand in the registry, below Parameters of the service, as README.md says.
"""

import subprocess

import servicemanager
import win32event
import win32service
import win32serviceutil

NAME = "tiersync"
PATIENCE = 30  # seconds that the node gets to end
AGAIN = 10  # seconds until a node that ended is started again


class NodeService(win32serviceutil.ServiceFramework):
    """Starts `tiersync run`, starts it again when it ends, and ends it when the service is stopped."""

    _svc_name_ = NAME
    _svc_display_name_ = "tiersync 数据交换节点"
    _svc_description_ = "在各级老龄办之间交换统计数据和政策文件 (exchanges figures and policies between offices)"

    def __init__(self, args: list[str]) -> None:
        super().__init__(args)
        self.ends = win32event.CreateEvent(None, 0, 0, None)

    def SvcStop(self) -> None:
        """Windows asks the service to end."""
        self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, waitHint=(PATIENCE + 5) * 1000)
        win32event.SetEvent(self.ends)

    def SvcDoRun(self) -> None:
        """Windows has started the service."""
        program, folder = (win32serviceutil.GetServiceCustomOption(NAME, name, "") for name in ("program", "folder"))
        if not program or not folder:
            servicemanager.LogErrorMsg(
                "tiersync: 见 README.md：未设置 program 或 folder (see README.md: one is not set)"
            )
            return
        while self.keep(program, folder):
            pass

    def keep(self, program: str, folder: str) -> bool:
        """Run the node once; whether it is to run again. The program is named, for Python is another in a service."""
        node = subprocess.Popen([program, "run", folder], creationflags=subprocess.CREATE_NO_WINDOW)
        while node.poll() is None:
            if win32event.WaitForSingleObject(self.ends, 1000) == win32event.WAIT_OBJECT_0:
                end(node)
                return False
        servicemanager.LogWarningMsg(f"tiersync: {node.returncode}")
        return bool(win32event.WaitForSingleObject(self.ends, AGAIN * 1000) != win32event.WAIT_OBJECT_0)


def end(node: "subprocess.Popen[bytes]") -> None:
    """End a node. A process without a window hears no Ctrl-C; what is stored is kept, as after a power cut."""
    node.terminate()
    try:
        node.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        node.kill()


if __name__ == "__main__":
    win32serviceutil.HandleCommandLine(NodeService)
