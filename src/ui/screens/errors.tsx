import type { ReactElement } from 'react';
import { selectErrorView } from '../../monitor/views/select-error-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** What failed, by kind and place. */
export function Errors({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectErrorView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
