// The screen as ink components: rows that the layout made, painted.

import { Box, Text, Transform } from 'ink';
import { memo, useLayoutEffect, useMemo, useSyncExternalStore, type ReactElement } from 'react';
import type { ChatController } from './controller.ts';
import type { Screen } from './layout.ts';
import type { TerminalLook } from './terminal-look.ts';
import { paintLine } from './theme.ts';

export interface AppProps {
  readonly controller: ChatController;
  readonly terminal: TerminalLook;
  /** Called after each frame has been rendered. */
  readonly onFrame: (screen: Screen) => void;
}

export function App({ controller, terminal, onFrame }: AppProps): ReactElement {
  const snapshot = useSyncExternalStore(controller.subscribe, controller.snapshot);
  const screen = useMemo(() => controller.layout.screenOf(snapshot), [controller, snapshot]);
  useLayoutEffect(() => {
    onFrame(screen);
  }, [screen, onFrame]);
  return (
    <Box flexDirection="column" width={snapshot.size.columns} height={snapshot.size.rows}>
      {screen.rows.map((line, index) => (
        // Rows have no identity but their place.
        <Row key={index} painted={paintLine(line, terminal)} />
      ))}
    </Box>
  );
}

// ink remembers the measure of every text it ever saw, for ever; a row is handed over by a transform of a text that is
// always the same, as its width is known to fit.
const Row = memo(function Row({ painted }: { readonly painted: string }): ReactElement {
  return (
    <Transform transform={() => painted}>
      <Text> </Text>
    </Transform>
  );
});
