#!/usr/bin/env node
import { servePlugin } from './plugin/serve.js';

void servePlugin(async (log) => {
  const { limitHeapGrowth } = await import('../provider/index.js');
  limitHeapGrowth();
  return (await import('./rpc/provider-rpcs.js')).providerRpcs(process.env, log);
});
