#!/bin/sh
# 生成网站，放在 NOVETO_SITE（由 nginx 提供）。缓存放在 NOVETO_CACHE，两次运行之间留着就快。
set -eu
noveto --quiet site build --out "$NOVETO_SITE"
