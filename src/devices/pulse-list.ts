// What a sound server says about its devices, through pactl: as JSON, or as plain lines where pactl is older.

import { cleanLine } from '../base/clean-text.ts';
import { MAX_LISTED_DEVICES, type BackendDevice } from './backend.ts';
import { askCommand, type AskOptions } from './ask-command.ts';

export type PulseListing =
  | { readonly ok: true; readonly inputs: readonly BackendDevice[]; readonly outputs: readonly BackendDevice[] }
  | { readonly ok: false; readonly reason: string };

const MAX_NAME_LENGTH = 80;

export async function listPulse(pactl: string, options: AskOptions): Promise<PulseListing> {
  const [info, sources, sinks] = await Promise.all([
    askCommand(pactl, ['-f', 'json', 'info'], options),
    askCommand(pactl, ['-f', 'json', 'list', 'sources'], options),
    askCommand(pactl, ['-f', 'json', 'list', 'sinks'], options),
  ]);
  if (info.ok && sources.ok && sinks.ok) {
    const [facts, inputs, outputs] = [parseJson(info.text), parseJson(sources.text), parseJson(sinks.text)];
    if (isRecord(facts) && Array.isArray(inputs) && Array.isArray(outputs))
      return {
        ok: true,
        inputs: monitorsLast(fromJson(inputs, facts['default_source_name'])),
        outputs: fromJson(outputs, facts['default_sink_name']),
      };
  }
  return listPlainly(pactl, options);
}

async function listPlainly(pactl: string, options: AskOptions): Promise<PulseListing> {
  const info = await askCommand(pactl, ['info'], options);
  if (!info.ok) return info;
  const sources = await askCommand(pactl, ['list', 'short', 'sources'], options);
  if (!sources.ok) return sources;
  const sinks = await askCommand(pactl, ['list', 'short', 'sinks'], options);
  if (!sinks.ok) return sinks;
  const fact = (label: string): string | undefined => new RegExp(`^${label}: (.+)$`, 'mu').exec(info.text)?.[1]?.trim();
  return {
    ok: true,
    inputs: monitorsLast(fromLines(sources.text, fact('Default Source'))),
    outputs: fromLines(sinks.text, fact('Default Sink')),
  };
}

function fromJson(list: readonly unknown[], defaultKey: unknown): BackendDevice[] {
  return list.slice(0, MAX_LISTED_DEVICES).flatMap((item) => {
    if (!isRecord(item) || typeof item['name'] !== 'string') return [];
    const { name: key, description } = item;
    return device(key, typeof description === 'string' ? description : '', defaultKey);
  });
}

/** `index name driver format state`, with tabs between. */
function fromLines(text: string, defaultKey: unknown): BackendDevice[] {
  const keys = text.split('\n').flatMap((line) => line.split('\t')[1] ?? []);
  return keys.slice(0, MAX_LISTED_DEVICES).flatMap((key) => device(key, '', defaultKey));
}

function device(key: string, description: string, defaultKey: unknown): BackendDevice[] {
  // It becomes an argument: what could be taken for something else is no device.
  if (!/^[\w.:@+~-]{1,256}$/u.test(key) || key.startsWith('-')) return [];
  const name = cleanLine(description).trim().slice(0, MAX_NAME_LENGTH);
  return [{ key, name: name === '' || name === '(null)' ? key : name, isDefault: key === defaultKey }];
}

/** What a monitor gives is what one hears oneself: seldom what is wanted. */
function monitorsLast(devices: readonly BackendDevice[]): BackendDevice[] {
  const isMonitor = ({ key }: BackendDevice): boolean => key.endsWith('.monitor');
  return [...devices.filter((each) => !isMonitor(each)), ...devices.filter(isMonitor)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
