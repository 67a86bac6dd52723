import { Hono } from 'hono';
import type { FaultSettings } from './faults/fault.js';
import { isObject } from './http/body.js';
import { answerRefusal, Refusal } from './http/refusal.js';
import type { Simulator } from './simulator.js';

/**
 * Lets another process read and control a simulator. No authentication: it listens on the loopback address only, and
 * refuses pages of other origins (own-address.ts).
 *
 * - `GET /_simulator/state` the directory; `GET /_simulator/log` the requests
 * - `GET /_simulator/requests` the counts; `DELETE` resets them
 * - `GET /_simulator/faults`; `PUT` changes the settings in the JSON body ({@link FaultSettings}, `null` ends a condition);
 *   `DELETE` ends all
 * - `POST /_simulator/revoke-tokens`
 * - `POST /_simulator/admin/{action}` with the action's arguments as a JSON array, for example
 *   `POST /_simulator/admin/setActive` with `["jdoe@example.com", false]`
 */
export function controlApp(simulator: Simulator): Hono {
  const app = new Hono().basePath('/_simulator');
  app.get('/state', () => Response.json(simulator.state()));
  app.get('/log', () => Response.json(simulator.log));
  app.get('/requests', () => Response.json(simulator.requests));
  app.delete('/requests', () => done(() => simulator.resetRequests()));
  app.get('/faults', () => Response.json(simulator.faults.settings));
  app.put('/faults', async ({ req }) => {
    const settings: unknown = await req.json();
    if (!isObject(settings)) throw new Error('Send a JSON object of faults.');
    return done(() => simulator.faults.set(settings as FaultSettings));
  });
  app.delete('/faults', () => done(() => simulator.faults.clear()));
  app.post('/revoke-tokens', () => done(() => simulator.revokeTokens()));
  app.post('/admin/:action', async ({ req }) => {
    const { action } = req.param();
    const args: unknown = await req.json();
    const actions = simulator.admin as unknown as Record<string, (...args: unknown[]) => void>;
    if (!Object.hasOwn(actions, action)) throw new Error(`Known actions: ${Object.keys(actions).join(', ')}.`);
    if (!Array.isArray(args)) throw new Error('Send the arguments as a JSON array.');
    return done(() => actions[action]!(...args));
  });
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such path.', 'NotFound'), req.path));
  app.onError((error, { req }) => answerRefusal(new Refusal(400, error.message, 'Control'), req.path));
  return app;
}

function done(action: () => void): Response {
  action();
  return new Response(null, { status: 204 });
}
