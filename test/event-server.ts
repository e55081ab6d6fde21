/** An HTTP server that takes events as OpenAI Evals' HttpRecorder sends them, with faults on demand. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../src/core/json.ts';

/** What a request gets instead of 200; `cut`: its connection, after the events were taken. */
export type EventFault = { readonly status: number; readonly headers?: http.OutgoingHttpHeaders } | 'cut';

interface EventRequest {
  readonly headers: http.IncomingHttpHeaders;
  readonly method: string;
  readonly events: readonly JsonObject[];
}

export interface EventServer extends AsyncDisposable {
  readonly url: string;
  /** All that came, also those that got a fault. */
  readonly requests: readonly EventRequest[];
  /** Those that were answered with 200. */
  readonly taken: readonly EventRequest[];
  /** Events of `taken`, in order. */
  readonly events: readonly JsonObject[];
}

/** @param options.fault by the request's number, from 1 */
export async function startEventServer(
  options: {
    readonly fault?: (number: number, events: readonly JsonObject[]) => EventFault | undefined;
    readonly port?: number;
  } = {},
): Promise<EventServer> {
  const requests: EventRequest[] = [];
  const taken: EventRequest[] = [];
  const server = http.createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      // Legal JSON: NaN would be refused here.
      const events = JSON.parse(Buffer.concat(chunks).toString('utf8')) as readonly JsonObject[];
      const request = { headers: message.headers, method: message.method ?? '', events };
      requests.push(request);
      const fault = options.fault?.(requests.length, events);
      if (fault === undefined || fault === 'cut') taken.push(request);
      if (fault === 'cut') return void message.socket.destroy();
      response.writeHead(fault?.status ?? 200, fault?.headers).end(fault === undefined ? 'ok' : 'not now');
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/events`,
    requests,
    taken,
    get events() {
      return taken.flatMap(({ events }) => events);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
