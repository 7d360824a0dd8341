/** The process that hosts the replicas of one run. What it ends with, and what breaks it, is its own alone. */
import { obeyWatcher } from '../train/watcher.ts';
import { runGroup } from './group.ts';
import type { GroupOrder } from './messages.ts';

obeyWatcher<GroupOrder>(runGroup);
