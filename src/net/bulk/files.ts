// Where the bytes of transfers come from and go to: made by whoever knows disks.

import type { ByteSource, ByteTarget, SourceFacts, TargetSpec } from '../../contracts/transfer-files.ts';

export interface BulkFiles {
  describe(path: string): Promise<SourceFacts>;
  openSource(path: string): Promise<ByteSource>;
  openTarget(spec: TargetSpec): Promise<ByteTarget>;
}
