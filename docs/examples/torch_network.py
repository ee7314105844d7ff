"""
Tune a PyTorch network
======================

skorch makes a PyTorch module a scikit-learn estimator, and then everything about it can be
searched: layers, units, dropout, activation, learning rate, batch size, the optimizer with what
only it has, and weight decay.  Needs ``pip install "skhp[torch]"``.
"""

# %%
# The network
# -----------
# A module whose constructor says what can be tuned.  `widths` is a tuple: one entry per layer.
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from skorch import NeuralNetClassifier
from torch import nn

from skhp import BayesSearchCV, HalvingSearchCV
from skhp.space import Choice, Layers


class Network(nn.Module):
    def __init__(self, widths=(32,), dropout=0.0, activation=nn.ReLU):
        super().__init__()
        sizes = [64, *widths]
        layers = []
        for before, after in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [nn.Linear(before, after), activation(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*layers, nn.Linear(sizes[-1], 10))

    def forward(self, X):
        return self.layers(X)


torch.manual_seed(0)
network = NeuralNetClassifier(
    Network,
    criterion=nn.CrossEntropyLoss,
    max_epochs=8,
    train_split=None,
    iterator_train__shuffle=True,
    verbose=0,
)

# %%
# The space
# ---------
# Each optimizer brings the settings that only it has; names are completed with the parameter's.
space = {
    "module__widths": Layers(depth=(1, 3), width=(16, 128)),
    "module__dropout": (0.0, 0.5),
    "module__activation": [nn.ReLU, nn.Tanh, nn.GELU],
    "lr": (1e-4, 0.3, "log-uniform"),
    "batch_size": (16, 128, "log-uniform"),
    "optimizer": Choice(
        {
            torch.optim.SGD: {"momentum": (0.0, 0.95), "weight_decay": (1e-6, 1e-2, "log-uniform")},
            torch.optim.Adam: {},
            torch.optim.AdamW: {"weight_decay": (1e-4, 0.3, "log-uniform")},
        }
    ),
}

# %%
# The search
# ----------
X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
search = BayesSearchCV(network, space, n_iter=20, cv=3, n_jobs=2, racing=True, random_state=0).fit(
    X_train, y_train
)

print("as it was: ", network.fit(X_train, y_train).score(X_test, y_test))
print("tuned:     ", search.score(X_test, y_test))
print(search.best_params_)

# %%
# What mattered
# -------------
for name, share in search.importance(interactions=True).items():
    print(f"{name:28} {share:.2f}")

# %%
# Epochs as a resource
# --------------------
# Halving begins with many networks that learn for one epoch.  The best third learn on for three
# epochs, of those the best third for nine, and only the very best to the end.
halving = HalvingSearchCV(
    network,
    space,
    resource="max_epochs",
    max_resources=27,
    n_candidates=27,
    cv=3,
    n_jobs=2,
    random_state=0,
).fit(X_train, y_train)

for n_epochs, n_networks in zip(halving.n_resources_, halving.n_candidates_, strict=True):
    print(f"{n_epochs:2} epochs: {n_networks} networks")
print("tuned:     ", halving.score(X_test, y_test))
print(halving.best_params_)
