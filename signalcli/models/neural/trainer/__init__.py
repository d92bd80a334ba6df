"""Training of networks as one compiled TensorFlow program, with hand-written gradients of recurrent layers.

Why not ``keras.Model.fit``? A walk-forward trains the same architecture once for every fold, symbol and seed,
and Keras builds, traces and compiles a model each time. Here the program of an architecture is compiled once
per process, weights and optimizer state are its arguments, and the loops over time keep only what their
gradient needs. Measured in ``benchmarks/README.md`` ("Training of networks"): a walk-forward of five folds
takes .16 to .19 times the processor time of plain Keras, a four-layer LSTM of few epochs .34 times, and an
epoch .22 to .44 times that of PyTorch's layers. Tests hold it to Keras: the same initial weights, outputs,
gradients and trained weights to rounding.

Networks that the fused loops do not support (convolution, dense, recurrent dropout, unusual activations, …)
run on Keras' layers inside the same program.

Read the files in this order:

1. `batches` and `initializers`: rows of each step, and initial weights.
2. `loop`: epochs, learning rate and early stopping; `train` is the entry.
3. `program`: one compiled step and epoch: loss, penalty, gradient, update.
4. `losses`, `optimizers`, `constraints`: the parts of a step.
5. `forward`: the choice between fused loops and Keras' layers.
6. `fused`: forward and backward loop over time of a whole network.
7. `cells`: the arithmetic of one time step and its gradient.
"""
