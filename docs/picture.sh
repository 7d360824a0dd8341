#!/usr/bin/env bash
# Takes docs/dashboard.png: a real training, as a real terminal shows it. Needs tmux, aha, chromium and DejaVu Sans Mono.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'tmux kill-session -t picture 2>/dev/null || true; rm -rf "$work"' EXIT
tmux new-session -d -s picture -x 132 -y 40 "node dist/src/commands/cli.js train resnet --seconds 40 --record $work/run"
sleep "${1:-30}"
tmux capture-pane -t picture -e -p | aha --black --title warpwatch > "$work/page.html"
# Braille may come from another font, whose characters are of another width: each gets a cell.
perl -CSD -i -pe 's#([\x{2800}-\x{28ff}])#<i>$1</i>#g' "$work/page.html"
sed -i 's#<head>#<head><style>i{display:inline-block;width:1ch;font-style:normal;text-align:center}</style>#' "$work/page.html"
sed -i 's#<pre>#<pre style="font: 14px/1.18 \x27DejaVu Sans Mono\x27, monospace; margin: 12px">#' "$work/page.html"
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --user-data-dir="$work/profile" --hide-scrollbars \
  --window-size=1140,690 --screenshot="$work/page.png" "file://$work/page.html" 2>/dev/null
cp "$work/page.png" docs/dashboard.png
