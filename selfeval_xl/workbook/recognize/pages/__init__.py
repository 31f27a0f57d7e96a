"""Repairs what printing left behind: texts in lines (``joined``), table rows broken into lines (``printed``), page
numbers and headings repeated on each page (``paged``)."""
