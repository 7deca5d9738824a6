"""The one exception that reaches the user as a sentence instead of a traceback."""

from __future__ import annotations

import errno


class UserError(Exception):
    """Something the user, the configuration or the machine has to mend; the command ends with exit code 2.

    The message is Chinese and complete: what is wrong with which value, what is allowed, what to do.
    Lower floors raise it (or a subclass); only the command line and the desk turn it into output.
    """


def reason(error: OSError) -> str:
    """Return in Chinese why the system refused: no such file, no right, disk full; else the system's own words."""
    return _REASONS.get(error.errno or _while_copying(error)) or error.strerror or str(error)


def _while_copying(error: OSError) -> int:
    """Return the number of the first error that a shutil.Error names, which has a list of texts in its place."""
    _, begun, rest = str(error).partition("[Errno ")
    number = rest.partition("]")[0]
    return int(number) if begun and number.isdigit() else 0


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.EISDIR: "那里是一个文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EEXIST: "已经有同名的文件或文件夹",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "用完了磁盘配额",
    errno.EFBIG: "文件大过了允许的大小",
    errno.EROFS: "那里是只读的",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
}
