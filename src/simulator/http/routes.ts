import type { Context, Env, Hono } from 'hono';
import { Refusal } from './refusal.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Registers what a path serves; every other method on it is a 405 that names what is allowed. */
export function route<E extends Env>(
  app: Hono<E>,
  path: string,
  methods: Partial<Record<Method, (context: Context<E>) => Response | Promise<Response>>>,
): void {
  for (const [method, handler] of Object.entries(methods)) app.on(method, path, handler);
  const allow = Object.keys(methods).join(', ');
  app.all(path, ({ req }) => {
    throw new Refusal(405, `${req.method} is not supported here; supported: ${allow}.`, undefined, { allow });
  });
}

/** The path parameter `id`. Routes that use it declare it. */
export function idOf(context: Context): string {
  return context.req.param('id') ?? '';
}

export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
