/** The process of a training on the user's PyTorch: the loop, the data and the files; what computes is a Python process of its own. */
import { serveJobs } from '../../../training/serve.js';
import { openTorch } from './engine.js';

serveJobs(openTorch);
