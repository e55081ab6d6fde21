import type { ScreenName } from '../state/intents.ts';
import { selectActView } from './select-act-view.ts';
import { selectDashboard } from './select-dashboard.ts';
import { selectErrorView } from './select-error-view.ts';
import { queryExecutors, selectExecutorView } from './select-executor-view.ts';
import { selectHistoryView } from './select-history-view.ts';
import { selectStrayView } from './select-stray-view.ts';
import { queryStuck, selectStuckView } from './select-stuck-view.ts';
import { queryTasks, selectTaskView } from './select-task-view.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { ScreenView } from '../parts/view-model.ts';
import type { ViewQuery } from '../state/view-query.ts';

const SELECTORS: Readonly<Record<ScreenName, (context: ViewContext) => ScreenView>> = {
  dashboard: selectDashboard,
  tasks: selectTaskView,
  executors: selectExecutorView,
  stuck: selectStuckView,
  history: selectHistoryView,
  errors: selectErrorView,
  acts: selectActView,
  strays: selectStrayView,
};

/** The view that is shown, ready to print. */
export function selectView(context: ViewContext): ScreenView {
  return SELECTORS[context.state.screen](context);
}

/** Acts that are told of on every view, and all that the view of them shows. */
const NEWEST_ACTS = 1;
const ALL_ACTS = 500;

/** What the view that is shown is read from, beside the snapshot. */
export function selectQueries(context: ViewContext): readonly ViewQuery[] {
  const { screen } = context.state;
  const { runId } = context.snapshot.run;
  const limit = screen === 'acts' ? ALL_ACTS : NEWEST_ACTS;
  return [{ part: 'acts', runId, limit }, ...queriesOf(context, screen, runId)];
}

function queriesOf(context: ViewContext, screen: ScreenName, runId: string): readonly ViewQuery[] {
  switch (screen) {
    case 'tasks':
      return queryTasks(context);
    case 'executors':
      return queryExecutors(context);
    case 'errors':
      return [{ part: 'errors', runId }];
    case 'history':
      return [{ part: 'runs' }];
    case 'strays':
      return [{ part: 'strays' }];
    case 'stuck':
      return queryStuck(context);
    case 'dashboard':
    case 'acts':
      return [];
  }
}
