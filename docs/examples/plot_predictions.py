"""
Look closer without one more fit
================================

A search fits a model on each fold and asks it about rows that it has not seen, in order to score
it. With ``keep_predictions=True`` these answers are kept, and much that otherwise takes a
``cross_val_predict`` is there already: a confusion matrix, a calibration curve, a threshold.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.calibration import CalibrationDisplay
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import ConfusionMatrixDisplay, fbeta_score
from sklearn.model_selection import FixedThresholdClassifier

from skhp import RandomizedSearchCV

X, y = load_breast_cancer(return_X_y=True)

search = RandomizedSearchCV(
    RandomForestClassifier(n_estimators=50, random_state=0),
    {"max_features": [0.1, 0.3, 1.0], "min_samples_leaf": [1, 3, 10, 30]},
    n_iter=8,
    scoring="neg_log_loss",
    keep_predictions=True,
    random_state=0,
).fit(X, y)

# %%
# One row for each row of ``X``, one column for each class: what the models of the best candidate
# say, each of rows that it was not trained on. ``search.predictions(3)`` are those of the candidate
# in row 3 of ``cv_results_``.

probabilities = search.predictions()
print(probabilities.shape)

# %%
# Which classes are mixed up, and whether a probability of 0.8 is right four times out of five.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5))
labels = search.classes_[probabilities.argmax(axis=1)]
ConfusionMatrixDisplay.from_predictions(y, labels, ax=left, colorbar=False)
CalibrationDisplay.from_predictions(y, probabilities[:, 1], n_bins=8, ax=right)

# %%
# A threshold for those who would rather hear twice of something harmless than miss something: the
# one with the highest F2 score of the malignant class, 0.

thresholds = np.linspace(0.05, 0.95, 19)
scores = [
    fbeta_score(y, (probabilities[:, 1] >= threshold).astype(int), beta=2, pos_label=0)
    for threshold in thresholds
]
threshold = thresholds[int(np.argmax(scores))]
print(f"threshold {threshold:.2f}: F2 {max(scores):.3f}, at 0.50 {scores[9]:.3f}")
model = FixedThresholdClassifier(search.best_estimator_, threshold=threshold).fit(X, y)
