import { Session } from 'node:inspector';
import { threadId } from 'node:worker_threads';
import {
  attachToThreads,
  type AttachedThreads,
  type InspectorChannel,
} from '../../process/inspector/attached-threads.ts';
import { NotDone, type ProtocolObject } from '../../process/inspector/inspected-session.ts';

/**
 * Attaches to all other threads of this process. Must be called from a thread of its own, not from the main one.
 * Disposing it ends the connection, too.
 */
export async function attachToSiblings(): Promise<AttachedThreads> {
  const session = new Session();
  session.connectToMainThread();
  const attached = await attachToThreads(channelOf(session), { pid: process.pid, except: threadId });
  return {
    main: attached.main,
    get workers() {
      return attached.workers;
    },
    [Symbol.asyncDispose]: async () => {
      await attached[Symbol.asyncDispose]();
      session.disconnect();
    },
  };
}

function channelOf(session: Session): InspectorChannel {
  return {
    post: (method, params = {}) =>
      new Promise((resolve, reject) => {
        session.post(method, params, (error, result?: object) => {
          if (error === null) resolve((result ?? {}) as ProtocolObject);
          else reject(new NotDone(error.message));
        });
      }),
    onNotification: (listener) => {
      session.removeAllListeners('inspectorNotification');
      session.on('inspectorNotification', ({ method, params }) => {
        listener(method, (params ?? {}) as ProtocolObject);
      });
    },
  };
}
