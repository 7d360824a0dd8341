/** Loads TypeScript in every thread: what `--import` names is run by each, whereas `--import tsx` covers the main one only. */
import { register } from 'tsx/esm/api';

register();
