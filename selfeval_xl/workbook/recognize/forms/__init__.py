"""Assembles forms: ``anchors`` finds where parts begin, ``segments`` which rows are one form, ``exported`` splits a
table of several projects, ``form`` runs the readers, ``meant`` settles what the whole form decides, ``kinds`` its
kind."""
