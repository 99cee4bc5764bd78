#!/usr/bin/env bash
# What people would get from a registry: packs the project, installs the tarball in an empty folder with an empty HOME,
# and runs it there.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "packed: line $LINENO failed" >&2' ERR
mkdir "$work/pack" "$work/empty" "$work/home"

# npm keeps its settings and its cache; the program gets a HOME where nobody has been before.
export NPM_CONFIG_USERCONFIG=${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}
export NPM_CONFIG_CACHE=${NPM_CONFIG_CACHE:-$(npm config get cache 2>/dev/null)}

say() { printf '== packed: %s\n' "$*"; }

cd "$root"
version=$(node -p 'require("./package.json").version')
say 'npm pack'
npm pack --silent --pack-destination "$work/pack" >/dev/null
tarball=$(echo "$work"/pack/*.tgz)
files=$(tar -tzf "$tarball")
foreign=$(grep -vE '^package/(dist/|package\.json$|README\.md$|CHANGELOG\.md$|LICENSE$)' <<<"$files" || true)
if [ -n "$foreign" ]; then
  printf 'does not belong into the package:\n%s\n' "$foreign" >&2
  exit 1
fi
grep -qx 'package/dist/THIRD-PARTY-NOTICES' <<<"$files"

say 'publint'
node_modules/.bin/publint --strict "$tarball"
say 'attw'
node_modules/.bin/attw --profile esm-only "$tarball"

say 'install in an empty folder'
cd "$work/empty"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR
export HOME="$work/home"
npm install --no-audit --no-fund --loglevel=error "$tarball"
[ -x node_modules/.bin/mmchat-p2p ] # else npx would ask the registry

say 'npx mmchat-p2p --version, --help'
[ "$(npx mmchat-p2p --version)" = "$version" ]
help=$(npx mmchat-p2p --help)
grep -q 'network-key' <<<"$help"

say 'a headless node'
node "$root/test/house/headless-smoke.mjs" npx mmchat-p2p

say 'the library'
cat >library.mjs <<'JS'
import { MmchatError, VERSION, createNode } from 'mmchat-p2p';
const node = await createNode({ name: 'library', dataDir: './data', port: 0, mdns: false });
await node.start();
const { name, version } = node.status();
await node.stop();
if (name !== 'library' || version !== VERSION) throw new MmchatError('internal', `${name} ${version}`);
JS
node library.mjs
say 'all is well'
