"""The inner loops of the linear model, compiled by numba: training, and ranking classes.

Belongs here: loops over rows, weights and margins, without the interpreter's lock, so that threads may run them side by
side. Does not: groups, weights of rows, or what a class is (`nlp.linear`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlp.kernels import compiled


@compiled
def _steps(duals: Any, margins: Any, steps: Any, label: int, length: Any, cost: Any, positive: Any) -> Any:
    """Each class's step along its dual, for one row, into `steps`; the largest is returned and the duals are moved."""
    one, zero, largest = np.float32(1), np.float32(0), np.float32(0)
    slack = np.float32(0.5) / cost
    scale = one / (length + slack)
    for k in range(len(steps)):
        steps[k] = min((duals[k] * slack - margins[k] - one) * scale, duals[k])
    if label >= 0:
        slack /= positive[label]
        dual = duals[label]
        moved = max(dual - (margins[label] - one + dual * slack) / (length + slack), zero)
        steps[label] = moved - dual
        duals[label] = moved + steps[label]  # the loop below takes the step off again
    for k in range(len(steps)):
        duals[k] -= steps[k]
        largest = max(largest, abs(steps[k]))
    return largest


@compiled
def train(
    bounds: Any, columns: Any, values: Any, labels: Any, costs: Any, positive: Any, base: Any, size: int, epochs: int
) -> Any:
    """One-versus-rest linear classifiers of squared hinge loss, all at once, by dual coordinate descent.

    Hsieh et al. 2008, algorithm 1, with L2 loss: for every class k the loss of row i is cost_i · max(0, 1 - s·m)²,
    times positive[k] where the row is of the class (`labels[i] == k`; -1: of none here). Classes are independent
    problems that visit the rows in one order, so that the inner loops run over classes and vectorise. A row whose
    duals moved little is left out for the next few rounds. `base` (rows x classes, or no rows) is added to the margins:
    what an earlier model makes of the rows, of which the result is then the least change; biases stay, for further
    rows are of few classes and would draw all others to these. Returns weights (size + 1) x classes; the last row is
    the bias.
    """
    rows, classes = len(labels), len(positive)
    intercept = np.float32(0 if len(base) else 1)
    weights = np.zeros((size + 1, classes), np.float32)
    duals = np.zeros((rows, classes), np.float32)
    margins, steps = np.empty(classes, np.float32), np.empty(classes, np.float32)
    order, idle = np.arange(rows), np.zeros(rows, np.int8)
    np.random.seed(0)
    for _ in range(epochs):
        np.random.shuffle(order)
        for row in order:
            if idle[row] > 0:
                idle[row] -= 1
                continue
            length = intercept
            for k in range(classes):
                margins[k] = weights[size, k]
            if len(base):
                for k in range(classes):
                    margins[k] += base[row, k]
            for at in range(bounds[row], bounds[row + 1]):
                column, value = columns[at], values[at]
                length += value * value
                for k in range(classes):
                    margins[k] += value * weights[column, k]
            largest = _steps(duals[row], margins, steps, labels[row], length, costs[row], positive)
            if largest < np.float32(1e-3):
                idle[row] = 3
                continue
            for k in range(classes):
                weights[size, k] += intercept * steps[k]
            for at in range(bounds[row], bounds[row + 1]):
                column, value = columns[at], values[at]
                for k in range(classes):
                    weights[column, k] += value * steps[k]
    return weights


@compiled
def insert(scores: Any, ids: Any, score: Any, number: Any) -> None:
    """Into a list kept from the best to the worst; a lower number wins a tie where numbers come in ascending order."""
    at = len(scores) - 1
    if score <= scores[at]:
        return
    while at > 0 and scores[at - 1] < score:
        scores[at], ids[at] = scores[at - 1], ids[at - 1]
        at -= 1
    scores[at], ids[at] = score, number


@compiled
def best_classes(
    bounds: Any, columns: Any, values: Any, weights: Any, bias: Any, groups: Any, beam: int, ids: Any, scores: Any
) -> None:
    """The best classes of each row, from the best on, and their margins, into `ids` and `scores` (rows x top).

    `weights` is (bounds, outputs, values) by column. Outputs are the classes and then the groups that they stand in,
    class after class; `groups` bounds them. With groups, only the classes of the `beam` best groups are looked at.
    """
    by_column, outputs, by_output = weights
    count = len(groups) - 1
    classes = groups[count]
    margins = np.empty(len(bias), np.float32)
    beam_scores, chosen = np.empty(beam, np.float32), np.empty(beam, np.int64)
    for row in range(len(bounds) - 1):
        margins[:] = bias
        for at in range(bounds[row], bounds[row + 1]):
            column, value = columns[at], values[at]
            for entry in range(by_column[column], by_column[column + 1]):
                margins[outputs[entry]] += value * by_output[entry]
        beam_scores[:], chosen[:] = -np.inf, -1
        if count == 1:
            chosen[0] = 0
        else:
            for group in range(count):
                insert(beam_scores, chosen, margins[classes + group], group)
        scores[row, :], ids[row, :] = -np.inf, -1
        for best in chosen:
            if best >= 0:
                for number in range(groups[best], groups[best + 1]):
                    insert(scores[row], ids[row], margins[number], number)
