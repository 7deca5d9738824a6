# Noveto. `make` lists what there is; `make serve` shows a working office; `make test` proves it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
export PYTHON
PORT ?= 8000
CASES ?= 600
SEED ?= 73

VENV := .venv
BIN := $(VENV)/bin
NOVETO := $(BIN)/noveto
# What is installed, one stamp a lock file, named after this folder and this Python: a tree that was moved or
# copied and a system with a newer Python install anew.
KEY := $(shell printf '%s' "$(CURDIR) $$($(PYTHON) -V 2>&1)" | cksum | cut -d' ' -f1)
RUNTIME := $(VENV)/.installed-$(KEY)
DEV := $(VENV)/.installed-dev-$(KEY)
# wheels/, filled by `make wheels` on a machine with a package index, serves one without.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
SOURCE = $(if $(wildcard wheels/*.whl),--no-index --find-links wheels)
LOCKED = --no-deps --only-binary :all: --require-hashes $(SOURCE)

##@ 使用
serve: $(RUNTIME) ## 生成演示台账，在 http://127.0.0.1:8000 打开网站和办件台（PORT=端口，CASES=件数）
	@scripts/preflight.sh fonts || true
	@scripts/demo.sh $(CASES) $(SEED)
	@$(NOVETO) --root .demo/ledger desk --demo --port $(PORT)

check: $(RUNTIME) ## 检查本目录的台账（records/），一处一条，写明怎么改
	@$(NOVETO) check

site: $(RUNTIME) ## 把本目录的台账生成网站，放在 site/
	@$(NOVETO) site build

setup: $(RUNTIME) ## 安装运行所需的组件（其他目标会自动先做这一步）
	@echo "已就绪：$$($(NOVETO) --version)"

wheels: $(RUNTIME) ## 在能联网的机器上下载安装包到 wheels/，拷到内网后照常 make
	@mkdir -p wheels
	@$(BIN)/python -m pip --disable-pip-version-check download --quiet --dest wheels \
	  --no-deps --only-binary :all: --require-hashes -r requirements-dev.lock
	@echo "wheels/ 里有 $$(ls wheels | wc -l) 个安装包，适用于 $$(uname -m) 和 $$($(BIN)/python -V)。"

##@ 开发
test: $(DEV) ## 全部检查和测试：格式、类型、楼层、pytest（ARGS=… 传给 pytest）
	@scripts/preflight.sh git fonts browser pdf
	@echo "ruff"; $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "mypy"; $(BIN)/mypy
	@echo "import-linter"; $(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -n 2 $(ARGS)

bench: $(DEV) ## 测速：与 check-jsonschema、常见写法同场比较（时间较长）
	@$(BIN)/python -m bench $(ARGS)

soak: $(DEV) ## 长时间运行：并发、断电、全年提醒（时间较长）
	@$(BIN)/python -m pytest -o addopts= --strict-markers --strict-config -ra --import-mode=importlib tests/soak $(ARGS)

shots: $(DEV) ## 给网站的各种页面拍照，放在 shots/
	@scripts/preflight.sh fonts browser
	@$(BIN)/python -m tests.shots $(ARGS)

lock: $(DEV) ## 重新锁定依赖的版本和哈希（UPGRADE=1 换成新版本）
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## 删除生成的东西：网站、演示台账、缓存（不动 records/ 和 .venv/）
	@rm -rf site shots .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## 显示这份清单
	@echo "窗口无否决权台账。用法：make 目标"
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(RUNTIME): requirements.lock pyproject.toml
	@scripts/preflight.sh python git
	@head -n 3 $(BIN)/pip 2>/dev/null | grep -qF '$(CURDIR)/$(VENV)/' && $(BIN)/python -m pip --version >/dev/null 2>&1 \
	  || $(PYTHON) -m venv --clear $(VENV)
	@echo "安装运行组件$(if $(SOURCE),（取自 wheels/）)，首次约一两分钟……"
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --no-deps --no-index --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q scripts/noveto
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "安装开发和测试组件……"
	@$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@

.PHONY: serve check site setup wheels test bench soak shots lock clean help
