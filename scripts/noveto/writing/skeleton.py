"""The files of a new ledger: schemas, rules, calendar, registry, and what a repository of it needs."""

from __future__ import annotations

from pathlib import Path

from noveto.errors import UserError, reason
from noveto.resources import resource

FOLDERS = ("schema", "records/calendar", "records/registry")
ATTRIBUTES = """\
# 台账里的文件一律 LF 换行。不要给记录设 merge=union：过程只能在末尾加，冲突要由人来看。
* text=auto eol=lf
*.yml text eol=lf
*.json text eol=lf
"""
IGNORE = """\
/site/
/.cache/
/.venv/
__pycache__/
*.swp
*~
"""
README = """\
# 窗口无否决权台账

这个仓库是本市“窗口无否决权”服务机制的台账：一件一个文件，过程只在末尾加，期限由程序按工作日算。

## 里面有什么
| 文件夹 | 内容 |
|---|---|
| `records/registry/` | 登记册：单位、大厅、窗口、人员、事项、本市设置（现在是池州市的示例，请换成自己的） |
| `records/calendar/` | 国务院放假通知，一份一个文件；`local.yml` 写本地另外放假或上班的日子 |
| `records/cases/<单位>/<年-月>/` | 办件，一件一个文件 |
| `records/complaints/<大厅>/<年-月>/` | “办不成事”反映和投诉 |
| `records/improvements/<年>/` | 改进项 |
| `records/periods/<年>/`、`records/reviews/<年>/` | 每个月的数怎么核对、怎么定稿；抽查 |
| `schema/` | 文件格式（JSON Schema）、期限规则 `rules.yml`、步骤规则 `steps.yml` |
| `ci/`、`.gitea/`、`.github/`、`.gitlab-ci.yml` | 流水线：推送时检查，每天早上提醒，发布网站；用不到的可以删 |

## 管理员先做五件事
1. 改 `records/registry/office.yml`：本市名称、几个牵头单位、导办台和系统管理员电话、网站地址。
2. 改 `units.yml`、`halls.yml`、`windows.yml`：换成本市的单位、大厅、窗口。编号用小写字母，定了不改。
3. 改 `staff.yml`：每个单位至少有窗口人员、窗口负责人（head）、单位领导（leader）各一人；
   写上登录账号、提交用的邮箱、内线、B 岗。
4. 改 `matters.yml`：事项目录，指路和登记时用。
5. 运行 `noveto check`，没有错误就可以用了。每次改登记册以后都运行一次。

## 日常
```
noveto new --clerk rsj-005 --matter m-0301 --facts "……"    登记新件
noveto step rsj-20261010-01 submitted --by rsj-005 --set to=rsj-002    补记一步
noveto deadlines                                           各件还剩几天、在谁手里
noveto check                                               检查台账
noveto calendar add                                        录入下一年放假通知（每年 11 月）
noveto site build                                          生成内部网站
```
每个命令的用法：`noveto 命令 --help`。

## 规矩
- 姓名、手机号、身份证号不进台账：个人写 `王**`、`138****1111`，全名和电话放在密封册里。
- 写过的不改：记错了在末尾加一条更正（`corrected`）或划销（`struck`）。
- 晚了、漏了、程序不全，照实记。台账收下并标出来，不会拒收坏消息。
- 主分支（main）只能往前加；不要强推、不要改写历史。
"""


def ledger_files() -> dict[str, bytes]:
    """Return the files of an empty ledger by path: a complete, checkable start with the example registry.

    The files under ``templates/`` of this package are laid over them: what Gitea, Forgejo, GitLab and GitHub run
    (each reads only its own), the scripts all of them share, a timer. Raises UserError when the installation is
    broken.
    """
    files: dict[str, bytes] = {}
    for folder in FOLDERS:
        _collect(resource(folder), folder, files)
    files[".gitattributes"] = ATTRIBUTES.encode()
    files[".gitignore"] = IGNORE.encode()
    files["README.md"] = README.encode()
    for folder in ("cases", "complaints", "improvements", "periods", "reviews"):
        files[f"records/{folder}/.gitkeep"] = b""
    _collect(Path(__file__).parent / "templates", "", files)
    return files


def sample_files() -> dict[str, bytes]:
    """Return the sample records (marked 示例) by path; empty where they are not shipped."""
    files: dict[str, bytes] = {}
    for folder in ("records/cases", "records/complaints", "records/improvements", "records/periods", "records/reviews"):
        try:
            _collect(resource(folder), folder, files)
        except UserError:
            continue
    return {path: data for path, data in files.items() if path.endswith(".yml")}


def _collect(folder: Path, prefix: str, files: dict[str, bytes]) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix()
            files[f"{prefix}/{name}" if prefix else name] = path.read_bytes()


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below ``folder``, making folders as needed. Raises UserError when the disk refuses."""
    try:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise UserError(f"写不了“{folder}”：{reason(error)}。请检查路径和权限。") from error
