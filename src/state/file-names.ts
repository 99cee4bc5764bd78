// Names of files from outside, made safe.

import { cleanForeignName } from './names.ts';

export function safeFileName(name: string): string {
  return cleanForeignName(name).replace(/[/\\]/g, '_');
}
