import type { ReactElement } from 'react';
import { selectStrayView } from '../../monitor/views/select-stray-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** What others wrote to the terminal while the screen stood. */
export function Strays({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectStrayView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
