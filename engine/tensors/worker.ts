/** The process that holds the tensors: receives one job by message, reports events, answers once, ends. */
import { serveJobs } from '../training/serve.js';
import { openBuiltin } from './engine.js';

serveJobs(openBuiltin);
