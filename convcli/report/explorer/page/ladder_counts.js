// The parameter ladder's numbers: one layer fully connected, sparse and shared; exact integers, as `params` counts.
//
//   m inputs, n units.  Fully connected: m × n weights.  Local windows of k inputs: k × n.  One window for all units: k.

const LADDER = ["fc", "sparse", "shared"];
const FLOAT32_BYTES = 4n;

/** {inputs, units, window, grid, layers: {fc|sparse|shared: {weights, biases, parameters, connections, macs, bytes}}}. */
function ladderOf(picture, state) {
  const shape = kernelShape(state.kernel);
  const grid = outputSize(picture, shape, state);
  const window = product([shape.height, shape.width, picture.channels]);
  const inputs = product([picture.height, picture.width, picture.channels]);
  const units = product([grid.height, grid.width]);
  const costs = {
    fc: costOf(inputs * units, units, inputs * units, state.bias !== 0),
    sparse: costOf(window * units, units, window * units, state.bias !== 0),
    shared: costOf(window, 1n, window * units, state.bias !== 0),
  };
  return { inputs, units, window, grid, layers: costs };
}

const product = (numbers) => numbers.reduce((total, n) => total * BigInt(n), 1n);

function costOf(weights, units, connections, bias) {
  const biases = bias ? units : 0n;
  const parameters = weights + biases;
  return { weights, biases, parameters, connections, macs: connections, bytes: parameters * FLOAT32_BYTES };
}
