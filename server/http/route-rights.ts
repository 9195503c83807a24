// Which right each door of the web side needs: the one table of who may ask what. What does not stand here
// needs every right, so that a route that somebody forgets is not open.
import type { Right } from '#shared/relay/roles';

/** `nothing`: anybody may ask, without a token. */
export type Need = Right | 'nothing';

/** By method and route. */
export const routeNeeds: Readonly<Record<string, Need>> = {
  /** The page and its files. */
  'GET /*': 'listen',
  'GET /': 'listen',
  /** What stands at the door: how a token is shown, and the picture of the tab. */
  'POST /sign-in': 'nothing',
  'GET /sign-in': 'listen',
  'GET /icon.svg': 'nothing',
  /** Says whether the gateway is well, and nothing else. */
  'GET /healthz': 'nothing',
  'GET /metrics': 'listen',
  'GET /api/openapi.json': 'listen',
  'GET /api/status': 'listen',
  'GET /api/devices': 'listen',
  'GET /api/clients': 'listen',
  'GET /api/listeners': 'listen',
  'GET /api/speakers': 'listen',
  'GET /api/telephones': 'listen',
  'GET /api/messages': 'listen',
  'GET /api/messages/:id': 'listen',
  'DELETE /api/messages/:id': 'control',
  'DELETE /api/clients/:index': 'admin',
  'GET /api/tokens': 'admin',
  'POST /api/tokens': 'admin',
  'DELETE /api/tokens/:name': 'admin',
};

/** By the path of a WebSocket. Programs behind /audiofile record, play and set devices as they like. */
const socketNeeds: Readonly<Record<string, Need>> = {
  '/relay': 'listen',
  '/audiofile': 'control',
};

export function socketNeedOf(path: string): Need {
  return Object.hasOwn(socketNeeds, path) ? (socketNeeds[path] ?? 'admin') : 'admin';
}

const NO_ROUTE: Need = 'listen';

/** `route` is the one that will answer, not what was asked: nobody gets past it by another spelling. */
export function needOf(method: string, route: string | undefined): Need {
  const asked = method === 'HEAD' ? 'GET' : method;
  if (route === undefined) return asked === 'GET' ? NO_ROUTE : 'admin';
  return routeNeeds[`${asked} ${route}`] ?? 'admin';
}
