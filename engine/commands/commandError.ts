/** Why a command ends before its work begins. */
import { RegripError } from '../base/errors.js';

type CommandCode = 'launch-script' | 'no-log' | 'no-such-key' | 'plan-outdated';

export class CommandError extends RegripError<CommandCode> {}
