import { Box, Text, useWindowSize } from 'ink';
import type { ReactElement } from 'react';
import { MIN_COLUMNS, MIN_ROWS } from '../monitor/parts/dashboard-layout.ts';
import type { ScreenName } from '../monitor/state/intents.ts';
import { selectKeyHints } from '../monitor/keys/key-map.ts';
import { selectDialog } from '../monitor/chrome/select-dialog.ts';
import { selectOneLine } from '../monitor/chrome/select-one-line.ts';
import { DialogView } from './components/dialog-view.tsx';
import { Parts } from './components/parts.tsx';
import { useFrame } from './hooks/use-frame.ts';
import { useKeys } from './hooks/use-keys.ts';
import { ThemeContext } from './hooks/use-theme.ts';
import { Acts } from './screens/acts.tsx';
import { Dashboard } from './screens/dashboard.tsx';
import { Errors } from './screens/errors.tsx';
import { Executors } from './screens/executors.tsx';
import { History } from './screens/history.tsx';
import type { ScreenProps } from './screens/screen-props.ts';
import { Strays } from './screens/strays.tsx';
import { Stuck } from './screens/stuck.tsx';
import { Tasks } from './screens/tasks.tsx';
import type { ScreenSession } from './screen-session.ts';
import type { Theme } from './theme.ts';

const SCREENS: Readonly<Record<ScreenName, (props: ScreenProps) => ReactElement>> = {
  dashboard: Dashboard,
  tasks: Tasks,
  executors: Executors,
  stuck: Stuck,
  history: History,
  errors: Errors,
  acts: Acts,
  strays: Strays,
};

export function App(props: { readonly session: ScreenSession; readonly theme: Theme }): ReactElement {
  const { session, theme } = props;
  const { columns, rows } = useWindowSize();
  const frame = useFrame(session);
  useKeys(session.press, session.dispatch);
  const { state, run } = frame;
  // Ink ends with what is thrown here, and gives the terminal back.
  if (frame.failure !== null) throw frame.failure.thrown;
  const isSmall = columns < MIN_COLUMNS || rows < MIN_ROWS;
  const Screen = SCREENS[state.screen];
  // The size is of the terminal as it is now; the frame may be of just before.
  const context = frame.context === null ? null : { ...frame.context, columns, rows };
  const dialog = selectDialog(state, run, context?.snapshot ?? null, columns);
  return (
    <ThemeContext.Provider value={theme}>
      <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
        {context === null ? (
          <Text wrap="truncate"> {frame.readError ?? 'reading the run'}</Text>
        ) : isSmall ? (
          <Parts parts={selectOneLine(context.snapshot, context.history, context.now, columns, run.isLost)} />
        ) : (
          <Screen context={context} hints={selectKeyHints(state, run, columns)} />
        )}
        {dialog === null ? null : (
          <DialogView title={dialog.title} lines={dialog.lines} columns={columns} rows={rows} />
        )}
      </Box>
    </ThemeContext.Provider>
  );
}
