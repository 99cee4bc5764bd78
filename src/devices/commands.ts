// Finds the programs of others on PATH and gives them an environment in which they behave the same everywhere.

import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where sound servers, displays and their settings are found, and what a process needs at all. */
const KEPT =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|XDG_RUNTIME_DIR|XDG_CONFIG_HOME|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)$/u;
const KEPT_FAMILIES = /^(?:PULSE|PIPEWIRE|ALSA|JACK|PA|PKG_CONFIG)_[A-Z0-9_]+$/u;
const KEPT_ON_WINDOWS = /^(?:SystemRoot|SystemDrive|windir|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|Path)$/iu;

/** Only what is known to matter is handed on; messages come in English, so that they can be understood. */
export function deviceEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && (KEPT.test(name) || KEPT_FAMILIES.test(name) || KEPT_ON_WINDOWS.test(name)))
      kept[name] = value;
  return { ...kept, LC_ALL: 'C.UTF-8' };
}

/** The file that a command is; undefined when there is none. Folders relative to the current one don't count. */
export function findCommand(name: string, env: Environment): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (isExecutable(file)) return file;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
