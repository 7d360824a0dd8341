import { counterAdvice } from './counter-advice.ts';
import { remedyFor } from './no-tensor-cores.ts';

export const filledWithoutTensorCores = counterAdvice({
  id: 'filled-without-tensor-cores',
  looksFor: 'a GPU that is filled and leaves its tensor cores unused',
  judgement: 'no-tensor-cores',
  fine: 'Tensor cores work, or something else comes first',
  title: ({ id }) => `${id} is filled, and its tensor cores stand still`,
  remedy: remedyFor,
});
