"""Linear models that can be read: features, terms, fits, standard errors, and models as rows and as SQL columns.

It knows no topic: what is predicted, from what and on which rows is the caller's.
"""
